// Real threads over a small ruleset, and the one engine that they are compared with.
import { existsSync } from 'node:fs';
import type { RuleFacts } from '../../../src/alert/alert.ts';
import { createDetector, type Engine } from '../../../src/detect/engine.ts';
import { loadRuleset } from '../../../src/detect/load.ts';
import type { MitreTable } from '../../../src/detect/rules/mitre.ts';
import type { RulesetFiles } from '../../../src/detect/ruleset-files.ts';
import {
  createDetectionPool,
  type DetectionPool,
  type FoundMessage,
} from '../../../src/manager/detection/detection-pool.ts';
import type { PoolRules } from '../../../src/manager/detection/prepared-rules.ts';
import type { Answer } from '../../../src/manager/detection/protocol.ts';
import type { LogMessage } from '../../../src/source/message.ts';
import { startThread, type Thread } from '../../../src/system/threads.ts';

const workerFile = new URL('../../../dist/manager/detection/worker.js', import.meta.url);
const hostname = 'mgr.example.org';
const files: RulesetFiles = {
  decoders: ['decoders.xml'],
  rules: ['template.xml', 'rules.xml'],
  lists: [],
  missing: [],
};
const template =
  '<group name="syslog,"><rule id="1" level="0"><category>syslog</category><description>all</description></rule></group>';
const decoders = `<decoder name="parts"><program_name>^app</program_name><prematch>^part </prematch><accumulate /></decoder>
<decoder name="parts-id"><parent>parts</parent><regex offset="after_parent">^(\\S+)</regex><order>id</order></decoder>
<decoder name="parts-id"><parent>parts</parent><regex>user=(\\S+)</regex><order>srcuser</order></decoder>
<decoder name="app"><program_name>^app</program_name></decoder>
<decoder name="app-from"><parent>app</parent><prematch>from </prematch><regex offset="after_prematch">^(\\S+)</regex><order>srcip</order><fts>name, srcip</fts></decoder>`;

const tactics = [{ id: 'TA0006', name: 'Credential Access' }];
const mitre: MitreTable = new Map([['T1110', { name: 'Brute Force', tactics }]]);

export const rulesText = (more = ''): string => `<group name="own,">
<rule id="100200" level="3"><program_name>^app</program_name><match>fail</match><description>failure</description></rule>
<rule id="100201" level="8" frequency="8" timeframe="120"><if_matched_sid>100200</if_matched_sid><same_source_ip /><description>failures</description><mitre><id>T1110</id></mitre></rule>
<rule id="100202" level="4" ignore="60"><program_name>^app</program_name><match>noisy</match><description>noisy</description></rule>
<rule id="100203" level="5"><program_name>^app</program_name><match>seen</match><if_fts /><description>first</description></rule>
<rule id="100204" level="2"><program_name>^app</program_name><match>diff</match><check_diff /><description>changed</description></rule>
<rule id="100205" level="2"><program_name>^app</program_name><match>part</match><description>a part</description></rule>
${more}</group>`;

export function loadRules(rules = rulesText(), memorySize = 8192) {
  const texts = new Map([
    ['decoders.xml', decoders],
    ['template.xml', template],
    ['rules.xml', rules],
  ]);
  const levels = { logAlertLevel: 3, emailAlertLevel: 12 };
  const disk = { list: () => undefined, read: (path: string) => texts.get(path) };
  const { ruleset, problems } = loadRuleset({ files, disk, ...levels });
  if (ruleset === undefined) throw new Error(JSON.stringify(problems));
  const listRules = (): RuleFacts[] =>
    ruleset.rules.rules.map(({ id, definition: { level, groupString, noActiveResponse } }) => ({
      id,
      level,
      groupString,
      noActiveResponse,
    }));
  const rulesOverAgents = ruleset.rules.rules.filter((rule) => rule.definition.correlation.globalFrequency);
  const poolRules: PoolRules = {
    texts: { files, texts, ...levels },
    listRules,
    rulesOverAgents: rulesOverAgents.map(({ id }) => id),
    conf: { logAlertLevel: 3, memorySize },
    records: undefined,
    mitre,
    seed: 0,
  };
  const createEngine = (): Engine =>
    createDetector(ruleset, { hostname, logAlertLevel: 3, memorySize, mitre, logtest: false });
  return { poolRules, createEngine };
}

/** A pool, every thread that it started, and what it has told the operator. */
export interface Started {
  readonly pool: DetectionPool;
  readonly threads: Thread[];
  readonly told: string[];
  /** Called when a thread has taken up a ruleset, before it is sent a batch. */
  onUsed: (thread: Thread) => void;
}

const running: Started[] = [];

export function createPool(threads: number): Started {
  if (!existsSync(workerFile)) throw new Error(`${workerFile.pathname} is missing: the sources are not compiled`);
  const started: Started = {
    threads: [],
    told: [],
    onUsed: () => undefined,
    pool: createDetectionPool({
      threads,
      hostname,
      print: (line) => started.told.push(line),
      startThread: (handlers) => {
        const thread = startThread(workerFile, {
          ...handlers,
          onMessage(message) {
            if ((message as Answer).kind === 'used') started.onUsed(thread);
            handlers.onMessage(message);
          },
        });
        started.threads.push(thread);
        return thread;
      },
    }),
  };
  running.push(started);
  return started;
}

export async function startPool(threads: number, rules: PoolRules = loadRules().poolRules): Promise<Started> {
  const started = createPool(threads);
  await started.pool.start(rules);
  return started;
}

/** For afterEach. */
export async function stopPools(): Promise<void> {
  for (const { pool } of running.splice(0)) await pool.stop();
}

export const startMs = Date.UTC(2031, 2, 4, 5, 6, 7);

export function messageOf(agent: number, log: string, second = 0, number = second): LogMessage {
  const id = String(agent).padStart(3, '0');
  const timeMs = startMs + second * 1000;
  const text = `Mar  4 05:06:07 host${id} app[1]: ${log}`;
  return { id: `7.${number}`, location: '/log', text, timeMs, agent: { id, name: `host${id}`, ip: '192.0.2.1' } };
}

/** What was found in each batch; `taken` counts those that were taken over. */
export async function judge(pool: DetectionPool, messages: readonly LogMessage[]): Promise<FoundMessage[]> {
  const all: FoundMessage[] = [];
  await pool.detect(messages, { onFound: (found) => all.push(...found), onTaken: () => undefined });
  return all;
}

export function judgeAlone(engine: Engine, messages: readonly LogMessage[]): FoundMessage[] {
  return messages.flatMap((message) => {
    const detection = engine.process(message);
    return detection === undefined ? [] : [{ message, detection }];
  });
}

/** Rule ids by agent, in order. */
export function byAgent(found: readonly FoundMessage[]): Record<string, string[]> {
  const lists: Record<string, string[]> = {};
  for (const { message, detection } of found) {
    const agent = message.agent?.id ?? '000';
    lists[agent] ??= [];
    lists[agent].push(`${message.id} ${detection.alert.rule.id}`);
  }
  return lists;
}

/** Ids of the rules that fired, in order. */
export const idsOf = (found: readonly FoundMessage[]): string[] =>
  found.map(({ detection }) => detection.alert.rule.id);
