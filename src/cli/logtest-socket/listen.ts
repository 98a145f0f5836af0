// riposte logtest --listen PATH: answers as the socket of Wazuh's logtest does, for programs that speak to that, until a signal ends it.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { errorText } from '../../alert/error-text.ts';
import { formatProblem } from '../../config/position.ts';
import { createRules, type LoadedRules } from '../../manager/rules.ts';
import type { RulesetTexts } from '../../manager/ruleset-texts.ts';
import { type CommonOptions, choosePaths, type Surroundings, tellProblems } from '../context.ts';
import { CommandFailure, exitStatus } from '../exit-status.ts';
import { listRuleDebugging } from '../logtest-trace.ts';
import { listenForSignals } from '../signals.ts';
import { startLogtestServer } from './server.ts';
import { createLogtestSessions, type SessionEngine } from './sessions.ts';

export async function listenForLogtest(
  surroundings: Surroundings,
  options: CommonOptions & { readonly listen: string },
): Promise<number> {
  const { ended } = listenForSignals();
  const paths = choosePaths(options, surroundings);
  const rules = createRules({ paths, hostname: hostname(), nowMs: surroundings.nowMs, logtest: true });
  const { loaded, problems } = rules.read({ keepsTexts: true });
  tellProblems(problems, surroundings);
  if (loaded === undefined) throw new CommandFailure('the configuration has errors', exitStatus.refused);
  const { enabled, maxSessions, sessionTimeoutSeconds } = loaded.conf.ruleTest;
  if (!enabled) throw new CommandFailure(`${paths.conf} has <rule_test> with <enabled>no`, exitStatus.refused);
  let latest = loaded;

  /** Thousands of rules are not kept twice where nothing has changed. */
  function createEngine(): SessionEngine | string {
    const read = rules.read({ keepsTexts: true });
    if (read.loaded === undefined) {
      const errors = read.problems.filter(({ severity }) => severity === 'error');
      return errors.map(formatProblem).join('; ');
    }
    if (!isSame(latest, read.loaded)) latest = read.loaded;
    return latest.createFreshDetector();
  }

  const answer = createLogtestSessions({
    createEngine,
    newToken: () => randomBytes(4).toString('hex'),
    nowMs: surroundings.nowMs,
    mostSessions: maxSessions,
    idleMs: sessionTimeoutSeconds * 1000,
    listTried: listRuleDebugging,
  });
  const server = await startLogtestServer(options.listen, answer).catch((error: unknown) => {
    throw new CommandFailure(errorText(error), exitStatus.refused);
  });
  surroundings.out(`listens at ${options.listen}\n`);
  await ended;
  await server.close();
  return exitStatus.done;
}

function isSame(first: LoadedRules, second: LoadedRules): boolean {
  return describe(first.texts) === describe(second.texts) && first.conf.memorySize === second.conf.memorySize;
}

function describe(texts: RulesetTexts | undefined): string {
  return JSON.stringify([texts?.files, texts?.logAlertLevel, texts?.emailAlertLevel, [...(texts?.texts ?? [])]]);
}
