// riposte start: manager and local agent in one process, until a signal ends it.
import { randomInt } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { errorText } from '../alert/error-text.ts';
import { formatDefaultConf } from '../config/default-conf.ts';
import { type Configuration, readConfiguration, readConfigurationInTurns } from '../manager/configuration.ts';
import { foreignInstallation, type HomePaths, layOutBeside, layOutHome, type Ownership } from '../manager/home.ts';
import { readHostAccounts, readHostAddresses } from '../manager/host-facts.ts';
import { createProtection, type Protection } from '../manager/protection.ts';
import { describeSlowPattern } from '../manager/report.ts';
import { createRules, type LoadedRules, type Rules } from '../manager/rules.ts';
import { type Service, type ServiceOptions, startService } from '../manager/service.ts';
import { isThere, type SourcePlan } from '../manager/sources.ts';
import { builtIns } from '../respond/registry.ts';
import { eventLoopTurn, systemClock } from '../system/clock.ts';
import { readGroupId } from '../system/environment.ts';
import { type LockResult, takeLock } from '../system/lock.ts';
import { findProgram } from '../system/processes.ts';
import { besideFolders, type CommonOptions, choosePaths, type Surroundings, tellProblems } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';
import { readSettings } from './read-settings.ts';
import { describeReload } from './service-commands.ts';
import { pickSettingFlags } from './setting-flags.ts';
import { listenForSignals } from './signals.ts';

/** With every setting as a flag. */
export interface StartOptions extends CommonOptions {
  readonly [setting: string]: unknown;
}

const sshLogs = ['/var/log/auth.log', '/var/log/secure'] as const;

function chooseOwnership(isRoot: boolean): Ownership | undefined {
  return isRoot ? { uid: 0, gid: readGroupId('wazuh') ?? 0 } : undefined;
}

/** systemd-journald runs here, and can be asked. */
function hasJournal(): boolean {
  return existsSync('/run/systemd/journal/socket') && findProgram('journalctl') !== undefined;
}

function prepareHome(paths: HomePaths, options: StartOptions, surroundings: Surroundings): void {
  const foreign = foreignInstallation(paths.home);
  if (options.besideWazuh) {
    layOutBeside(besideFolders.state, besideFolders.logs);
    return;
  }
  if (foreign !== undefined) {
    throw new CommandFailure(
      `${paths.home} holds another program's installation (${foreign}): use "--beside-wazuh" to read it and write elsewhere, or "--home DIR" for a home of its own`,
      exitStatus.refused,
    );
  }
  const log = hasJournal() ? 'journald' : sshLogs.find((path) => existsSync(path));
  const conf = formatDefaultConf({ sshLog: log ?? sshLogs[0] });
  const written = layOutHome(paths, conf, chooseOwnership(surroundings.isRoot));
  if (written) surroundings.out(`wrote a default configuration to ${paths.conf}\n`);
}

function announce(
  paths: HomePaths,
  loaded: LoadedRules,
  sources: SourcePlan['sources'],
  enforcing: boolean,
  surroundings: Surroundings,
): void {
  const { decoders, rules } = loaded.counts;
  const reads = sources.map(({ location }) => location);
  surroundings.out(`home ${paths.home}, state in ${dirname(paths.journal)}\n`);
  surroundings.out(
    reads.length === 0
      ? 'reads nothing: no <localfile>, no alerts file, no standard input\n'
      : `reads ${reads.join(', ')}\n`,
  );
  surroundings.out(
    `loaded ${decoders} decoders, ${rules} rules, ${loaded.conf.commands.length} commands, ${loaded.conf.activeResponses.length} active responses\n`,
  );
  if (!sources.some((source) => isThere(source, surroundings.nowMs()))) {
    surroundings.err(
      `riposte: there is nothing to read yet: start systemd-journald and name journald in a <localfile>, install a syslog daemon (rsyslog) that writes ${sshLogs.join(' or ')}, or name a log in a <localfile> of ${paths.conf}\n`,
    );
  }
  if (!enforcing) {
    const why = surroundings.isRoot ? 'as asked for' : 'not root';
    surroundings.out(`only observes (${why}): decides and records, touches nothing\n`);
  }
}

function nameSshClient(protection: Protection, loaded: LoadedRules, surroundings: Surroundings): void {
  const client = surroundings.sshClient;
  if (client === undefined || protection.neverBlock(client) !== undefined) return;
  if (loaded.table.allowList.find(client) !== undefined) return;
  surroundings.out(
    `you are logged in from ${client}, which nothing protects from being blocked: add <white_list>${client}</white_list> to <global> if it should be\n`,
  );
}

async function reloadOnSignal(service: Service, surroundings: Surroundings): Promise<void> {
  try {
    const answer = await service.reload();
    tellProblems(answer.problems, surroundings);
    surroundings.out(`${describeReload(answer)}\n`);
  } catch (error) {
    surroundings.err(`riposte: the reload failed: ${errorText(error)}\n`);
  }
}

/** Lines of one turn leave in one write: a burst of alerts must not cost a system call each. */
function createPrinter(surroundings: Surroundings): (line: string) => void {
  let pending = '';
  return (line) => {
    if (pending === '') {
      queueMicrotask(() => {
        surroundings.out(pending);
        pending = '';
      });
    }
    pending += `${line}\n`;
  };
}

/** A journal, a database or a socket that cannot be used is not a fault of the program: its own words are enough. */
async function startOrRefuse(options: ServiceOptions): Promise<Service> {
  try {
    return await startService(options);
  } catch (error) {
    throw new CommandFailure(`nothing is started: ${errorText(error)}`, exitStatus.refused);
  }
}

function takeHomeLock(path: string): LockResult {
  try {
    return takeLock(path);
  } catch (error) {
    throw new CommandFailure(`nothing is started: the lock cannot be taken: ${errorText(error)}`, exitStatus.refused);
  }
}

function createStartProtection({ loaded, values }: Configuration, rules: Rules): Protection {
  return createProtection({
    table: loaded.table,
    settings: values.settings,
    builtIns: builtIns(),
    readAddresses: readHostAddresses,
    readAccounts: readHostAccounts,
    hasScript: rules.hasScript,
  });
}

async function serveUntilEnd(paths: HomePaths, options: StartOptions, surroundings: Surroundings): Promise<number> {
  const signals = listenForSignals();
  const print = createPrinter(surroundings);
  const { nowMs, ticksMs } = systemClock;
  const rules: Rules = createRules({
    paths,
    hostname: hostname(),
    nowMs,
    logtest: false,
    seed: randomInt(2 ** 32),
    patternWatch: { now: ticksMs, onSlow: (slow) => print(describeSlowPattern(slow, nowMs())) },
  });
  const flags = pickSettingFlags(options);
  const input = { paths, rules, readSettings: () => readSettings(paths, surroundings, flags) };
  const { configuration, problems } = readConfiguration(input);
  tellProblems(problems, surroundings);
  if (configuration === undefined)
    throw new CommandFailure('the configuration has errors: nothing is started', exitStatus.refused);
  const { loaded, values, plan } = configuration;
  rules.use(loaded);
  const enforcing = surroundings.isRoot && !values.settings.observe;
  const protection = createStartProtection(configuration, rules);
  announce(paths, loaded, plan.sources, enforcing, surroundings);
  nameSshClient(protection, loaded, surroundings);
  const service = await startOrRefuse({
    paths,
    rules,
    configuration,
    readConfiguration: () => readConfigurationInTurns(input, eventLoopTurn),
    protection,
    clock: systemClock,
    stdin: { input: surroundings.input, number: String(randomInt(10 ** 10)).padStart(10, '0') },
    nodeName: hostname(),
    pid: process.pid,
    isRoot: surroundings.isRoot,
    enforcing,
    print,
  });
  surroundings.out('ready\n');
  signals.onHangUp(() => void reloadOnSignal(service, surroundings));
  await signals.ended;
  await service.stop();
  return exitStatus.done;
}

export async function runStart(surroundings: Surroundings, options: StartOptions): Promise<number> {
  const paths = choosePaths(options, surroundings);
  process.umask(0o027);
  prepareHome(paths, options, surroundings);
  const stateFolder = dirname(paths.lock);
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  if ((statSync(stateFolder).mode & 0o077) !== 0) chmodSync(stateFolder, 0o700);
  const lock = takeHomeLock(paths.lock);
  if (!lock.held) {
    throw new CommandFailure(
      `a service for ${paths.home} runs already, pid ${lock.holder ?? 'unknown'}`,
      exitStatus.refused,
    );
  }
  try {
    return await serveUntilEnd(paths, options, surroundings);
  } finally {
    lock.release();
  }
}
