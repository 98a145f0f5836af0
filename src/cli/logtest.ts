// riposte logtest: what each line of standard input would lead to: Wazuh's three phases, then the responses, or which guard said no.
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Alert } from '../alert/alert.ts';
import { escapeControls } from '../alert/escape.ts';
import { formatProblem } from '../config/position.ts';
import { decide } from '../decide/decide.ts';
import type { Decision } from '../decide/decision.ts';
import { formatResponses, toLogtestResponse } from '../decide/logtest-format.ts';
import type { Engine, LogtestResult } from '../detect/engine.ts';
import { createProtection, type Protection } from '../manager/protection.ts';
import { createRules, type LoadedRules } from '../manager/rules.ts';
import { builtIns } from '../respond/registry.ts';
import { type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';
import { formatPhases } from './logtest-phases.ts';

export interface LogtestOptions extends CommonOptions {
  readonly location: string;
}

interface Session {
  readonly loaded: LoadedRules;
  readonly protection: Protection;
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
    maxAgeMs: 600_000,
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

export async function runLogtest(surroundings: Surroundings, options: LogtestOptions): Promise<number> {
  const rules = createRules({
    paths: choosePaths(options, surroundings),
    hostname: hostname(),
    nowMs: surroundings.nowMs,
    logtest: true,
  });
  const { loaded, problems } = rules.load();
  for (const problem of problems) surroundings.err(`${escapeControls(formatProblem(problem))}\n`);
  if (loaded === undefined) throw new CommandFailure('the configuration has errors', exitStatus.refused);
  const protection = createProtection({
    table: loaded.table,
    builtIns: builtIns(),
    readAddresses: () => [],
    hasScript: rules.hasScript,
  });
  const session: Session = {
    loaded,
    protection,
    surroundings,
    location: options.location,
    detector: loaded.detector,
    lines: 0,
  };
  const lines = createInterface({
    input: Readable.from(surroundings.input).setEncoding('latin1'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    if (line === '') {
      session.detector = loaded.createFreshDetector();
      surroundings.out('\n');
      continue;
    }
    surroundings.out(`${answerLine(session, line, options.json === true)}\n`);
  }
  return exitStatus.done;
}
