// riposte logtest: what each line of standard input would lead to: Wazuh's three phases, then the responses, or which guard said no.
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import type { Alert } from '../alert/alert.ts';
import { escapeControls } from '../alert/escape.ts';
import { decide } from '../decide/decide.ts';
import type { Decision } from '../decide/decision.ts';
import type { KnownAgent } from '../decide/facts.ts';
import { formatResponses, toLogtestResponse } from '../decide/logtest-format.ts';
import type { Engine } from '../detect/engine.ts';
import type { LogtestResult } from '../detect/logtest-result.ts';
import { readQueueMessage } from '../detect/queue-message.ts';
import { readHostAccounts, readHostAddresses } from '../manager/host-facts.ts';
import { createProtection, type Protection } from '../manager/protection.ts';
import { createRules, type LoadedRules } from '../manager/rules.ts';
import { builtIns } from '../respond/registry.ts';
import type { LogMessage } from '../source/message.ts';
import { type CommonOptions, choosePaths, type Surroundings, tellProblems } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';
import { readAgents } from './logtest-agents.ts';
import { formatPhases } from './logtest-phases.ts';
import { listenForLogtest } from './logtest-socket/listen.ts';
import { formatRuleDebugging, formatTrace, traceMembers } from './logtest-trace.ts';
import { readSettingsOrFail } from './read-settings.ts';

export interface LogtestOptions extends CommonOptions {
  readonly location: string;
  /** `host`: what the service never blocks here. `none`: every address may be blocked, to compare with other hosts. */
  readonly neverBlock: 'host' | 'none';
  /** Print nothing but refusals and what the exit status says. */
  readonly quiet?: boolean;
  /** Show the rules that were tried, as wazuh-logtest does. */
  readonly verbose?: boolean;
  /** Show them with what each failed on. */
  readonly trace?: boolean;
  /** `RULE:LEVEL:DECODER`: what the last line is to lead to. */
  readonly unitTest?: string;
  /** Lines come as `Q:LOCATION:LINE`, and are taken as the service takes them. */
  readonly envelope?: boolean;
  /** The path of a socket to answer at, in place of standard input. */
  readonly listen?: string;
  /** A JSON file with the agents that there are. */
  readonly agents?: string;
}

interface Session {
  readonly loaded: LoadedRules;
  readonly protection: Pick<Protection, 'neverBlock' | 'targetOf'>;
  readonly agents: readonly KnownAgent[];
  readonly maxAgeMs: number;
  readonly surroundings: Surroundings;
  readonly options: LogtestOptions;
  detector: Engine;
  lines: number;
}

/** Rule id, level and decoder of a line; empty where there is none. */
type Outcome = readonly [rule: string, level: string, decoder: string];

function outcomeOf({ rule, facts, decoder }: LogtestResult): Outcome {
  return [rule?.id ?? '', facts === undefined ? '' : String(facts.level), decoder.name ?? ''];
}

function respond(session: Session, result: LogtestResult): readonly Decision[] {
  if (result.facts === undefined) return [];
  const nowMs = session.surroundings.nowMs();
  return decide(session.loaded.table, {
    alert: result.output as Alert,
    rule: result.facts,
    eventMs: nowMs,
    nowMs,
    agents: session.agents,
    neverBlock: session.protection.neverBlock,
    targetOf: session.protection.targetOf,
    maxAgeMs: session.maxAgeMs,
    observe: false,
  });
}

/** Undefined, with the reason told, where the line has no envelope that can be read. */
function readLine(session: Session, text: string): LogMessage | undefined {
  const { surroundings, options, lines } = session;
  const nowMs = surroundings.nowMs();
  const common = { id: `${Math.floor(nowMs / 1000)}.${lines}`, timeMs: nowMs };
  if (options.envelope !== true) return { ...common, location: options.location, text };
  const read = readQueueMessage(text);
  if (read.ok) return { ...common, ...read.message };
  surroundings.err(`riposte: line ${lines}: ${read.reason}\n`);
  return undefined;
}

function formatAnswer(session: Session, result: LogtestResult): string {
  const { options } = session;
  const decisions = respond(session, result);
  const trace = result.trace ?? [];
  if (options.json === true) {
    const responses = decisions.map(toLogtestResponse);
    return JSON.stringify({
      ...result.output,
      responses,
      ...(options.trace === true && { trace: traceMembers(trace) }),
    });
  }
  const debugging = options.verbose === true ? formatRuleDebugging(trace) : '';
  const reasons = options.trace === true ? `\n${formatTrace(trace)}\n` : '';
  return `${formatPhases(result, debugging)}${reasons}\n${formatResponses(decisions, escapeControls)}\n`;
}

function answerLine(session: Session, text: string): Outcome | undefined {
  const { options, surroundings, detector } = session;
  session.lines += 1;
  const message = readLine(session, text);
  if (message === undefined) return undefined;
  const result = detector.logtest(message, { traced: options.verbose === true || options.trace === true });
  if (options.quiet !== true) surroundings.out(`${formatAnswer(session, result)}\n`);
  return outcomeOf(result);
}

function openSession(surroundings: Surroundings, options: LogtestOptions): Session {
  const paths = choosePaths(options, surroundings);
  const settings = readSettingsOrFail(paths, surroundings);
  const rules = createRules({
    paths,
    hostname: hostname(),
    nowMs: surroundings.nowMs,
    logtest: options.envelope !== true,
  });
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
    agents: options.agents === undefined ? [] : readAgents(options.agents),
    maxAgeMs: settings.maxEventAgeSeconds * 1000,
    surroundings,
    options,
    detector: loaded.detector,
    lines: 0,
  };
}

/** Three parts: decoder names have no colon. */
function readUnitTest(text: string): Outcome {
  const [rule, level, decoder, ...rest] = text.split(':');
  if (rule !== undefined && level !== undefined && decoder !== undefined && rest.length === 0)
    return [rule, level, decoder];
  throw new CommandFailure(`-U ${text}: RULE:LEVEL:DECODER is needed, such as 5760:5:sshd`, exitStatus.refused);
}

function judgeUnitTest(wanted: Outcome, outcome: Outcome, { options, surroundings }: Session): number {
  const holds = wanted.every((part, index) => part === outcome[index]);
  const list = (parts: Outcome): string => `[${parts.map((part) => `'${escapeControls(part)}'`).join(', ')}]`;
  if (options.quiet !== true) {
    surroundings.out(holds ? 'Unit test OK\n' : `Unit test FAIL. Expected ${list(wanted)} , Result ${list(outcome)}\n`);
  }
  // As wazuh-logtest does: a part that is empty on both sides counts one. // spec ruleset §12
  return holds ? wanted.filter((part) => part === '').length : exitStatus.refused;
}

export async function runLogtest(surroundings: Surroundings, options: LogtestOptions): Promise<number> {
  if (options.listen !== undefined) return listenForLogtest(surroundings, { ...options, listen: options.listen });
  const wanted = options.unitTest === undefined ? undefined : readUnitTest(options.unitTest);
  const session = openSession(surroundings, options);
  const lines = createInterface({
    input: surroundings.input.setEncoding('latin1'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let outcome: Outcome = ['', '', ''];
  for await (const line of lines) {
    if (line !== '') outcome = answerLine(session, line) ?? outcome;
    else if (wanted === undefined) {
      session.detector = session.loaded.createFreshDetector();
      if (options.quiet !== true) surroundings.out('\n');
    }
  }
  return wanted === undefined ? exitStatus.done : judgeUnitTest(wanted, outcome, session);
}
