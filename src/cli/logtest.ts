// riposte logtest: what each line of standard input would lead to: Wazuh's three phases, then the responses, or which guard said no.
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import type { Alert } from '../alert/alert.ts';
import { escapeControls } from '../alert/escape.ts';
import { decide } from '../decide/decide.ts';
import type { Decision } from '../decide/decision.ts';
import { formatResponses, toLogtestResponse } from '../decide/logtest-format.ts';
import type { Engine, LogtestResult } from '../detect/engine.ts';
import { readHostAccounts, readHostAddresses } from '../manager/host-facts.ts';
import { createProtection, type Protection } from '../manager/protection.ts';
import { createRules, type LoadedRules } from '../manager/rules.ts';
import { builtIns } from '../respond/registry.ts';
import { type CommonOptions, choosePaths, type Surroundings, tellProblems } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';
import { formatPhases } from './logtest-phases.ts';
import { readSettingsOrFail } from './read-settings.ts';

export interface LogtestOptions extends CommonOptions {
  readonly location: string;
  /** `host`: what the service never blocks here. `none`: every address may be blocked, to compare with other hosts. */
  readonly neverBlock: 'host' | 'none';
}

interface Session {
  readonly loaded: LoadedRules;
  readonly protection: Pick<Protection, 'neverBlock' | 'targetOf'>;
  readonly maxAgeMs: number;
  readonly surroundings: Surroundings;
  readonly location: string;
  detector: Engine;
  lines: number;
}

function respond(session: Session, result: LogtestResult): readonly Decision[] {
  if (result.facts === undefined) return [];
  const nowMs = session.surroundings.nowMs();
  return decide(session.loaded.table, {
    alert: result.output as Alert,
    rule: result.facts,
    eventMs: nowMs,
    nowMs,
    agents: [],
    neverBlock: session.protection.neverBlock,
    targetOf: session.protection.targetOf,
    maxAgeMs: session.maxAgeMs,
    observe: false,
  });
}

function answerLine(session: Session, text: string, json: boolean): string {
  session.lines += 1;
  const result = session.detector.logtest({
    id: `${Math.floor(session.surroundings.nowMs() / 1000)}.${session.lines}`,
    location: session.location,
    text,
    timeMs: session.surroundings.nowMs(),
  });
  const decisions = respond(session, result);
  if (json) return JSON.stringify({ ...result.output, responses: decisions.map(toLogtestResponse) });
  return `${formatPhases(result)}\n\n${formatResponses(decisions, escapeControls)}\n`;
}

function openSession(surroundings: Surroundings, options: LogtestOptions): Session {
  const paths = choosePaths(options, surroundings);
  const settings = readSettingsOrFail(paths, surroundings);
  const rules = createRules({ paths, hostname: hostname(), nowMs: surroundings.nowMs, logtest: true });
  const { loaded, problems } = rules.read();
  tellProblems(problems, surroundings);
  if (loaded === undefined) throw new CommandFailure('the configuration has errors', exitStatus.refused);
  const { neverBlock, targetOf } = createProtection({
    table: loaded.table,
    settings,
    builtIns: builtIns(),
    readAddresses: readHostAddresses,
    readAccounts: readHostAccounts,
    hasScript: rules.hasScript,
  });
  return {
    loaded,
    protection: { targetOf, neverBlock: options.neverBlock === 'none' ? () => undefined : neverBlock },
    maxAgeMs: settings.maxEventAgeSeconds * 1000,
    surroundings,
    location: options.location,
    detector: loaded.detector,
    lines: 0,
  };
}

export async function runLogtest(surroundings: Surroundings, options: LogtestOptions): Promise<number> {
  const session = openSession(surroundings, options);
  const lines = createInterface({
    input: surroundings.input.setEncoding('latin1'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    if (line === '') {
      session.detector = session.loaded.createFreshDetector();
      surroundings.out('\n');
      continue;
    }
    surroundings.out(`${answerLine(session, line, options.json === true)}\n`);
  }
  return exitStatus.done;
}
