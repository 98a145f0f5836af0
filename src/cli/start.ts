// riposte start: manager and local agent in one process, until a signal ends it.
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { escapeControls } from '../alert/escape.ts';
import { formatDefaultConf } from '../config/default-conf.ts';
import { formatProblem, type Problem } from '../config/position.ts';
import { resolveSettings, type Settings } from '../config/settings.ts';
import { foreignInstallation, type HomePaths, layOutBeside, layOutHome, type Ownership } from '../manager/home.ts';
import { createProtection, type Protection } from '../manager/protection.ts';
import { createRules, type LoadedRules, type Rules } from '../manager/rules.ts';
import { type Service, type ServiceOptions, startService } from '../manager/service.ts';
import { planSources, type SourcePlan } from '../manager/sources.ts';
import { builtIns } from '../respond/registry.ts';
import { systemClock } from '../system/clock.ts';
import { readGateways, readGroupId, readOwnAddresses, readResolvers } from '../system/environment.ts';
import { type LockResult, takeLock } from '../system/lock.ts';
import { besideFolders, type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';

export interface StartOptions extends CommonOptions {
  readonly alerts?: string;
  readonly observe?: boolean;
}

const sshLogs = ['/var/log/auth.log', '/var/log/secure'] as const;

function chooseOwnership(isRoot: boolean): Ownership | undefined {
  return isRoot ? { uid: 0, gid: readGroupId('wazuh') ?? 0 } : undefined;
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
  const log = sshLogs.find((path) => existsSync(path));
  const written = layOutHome(
    paths,
    formatDefaultConf({ sshLog: log ?? sshLogs[0] }),
    chooseOwnership(surroundings.isRoot),
  );
  if (written) surroundings.out(`wrote a default configuration to ${paths.conf}\n`);
  if (log === undefined) {
    surroundings.err(
      `riposte: neither ${sshLogs.join(' nor ')} exists: install a syslog daemon (rsyslog), or name the log in a <localfile> of ${paths.conf}\n`,
    );
  }
}

function tell(problems: readonly Problem[], surroundings: Surroundings): void {
  for (const problem of problems) surroundings.err(`${escapeControls(formatProblem(problem))}\n`);
}

function loadSettings(paths: HomePaths, options: StartOptions, surroundings: Surroundings): Settings {
  const flags = {
    ...(options.alerts === undefined ? {} : { alerts: options.alerts }),
    ...(options.observe === undefined ? {} : { observe: options.observe }),
  };
  const yamlText = existsSync(paths.settings) ? readFileSync(paths.settings, 'utf8') : undefined;
  const { settings, problems } = resolveSettings({
    yamlText,
    file: paths.settings,
    environment: surroundings.environment,
    flags,
  });
  tell(problems, surroundings);
  if (problems.some((problem) => problem.severity === 'error'))
    throw new CommandFailure('the settings have errors: nothing is started', exitStatus.refused);
  return settings;
}

function readProtectedAddresses(settings: Settings) {
  return [
    ...readOwnAddresses().map((address) => ({ address, reason: "it is one of this host's own addresses" })),
    ...readGateways().map((address) => ({ address, reason: 'it is a gateway of this host' })),
    ...readResolvers().map((address) => ({ address, reason: 'it is a name server of this host' })),
    ...settings.neverBlock.map((address) => ({ address, reason: 'the setting never_block names it' })),
  ];
}

function announce(
  paths: HomePaths,
  loaded: LoadedRules,
  sources: SourcePlan,
  enforcing: boolean,
  surroundings: Surroundings,
): void {
  const { decoders, rules } = loaded.counts;
  const reads = [...sources.logFiles, ...(sources.alertsFile === undefined ? [] : [sources.alertsFile])];
  surroundings.out(`home ${paths.home}, state in ${dirname(paths.journal)}\n`);
  surroundings.out(
    reads.length === 0 ? 'reads nothing: no <localfile> and no alerts file\n' : `reads ${reads.join(', ')}\n`,
  );
  surroundings.out(
    `loaded ${decoders} decoders, ${rules} rules, ${loaded.conf.commands.length} commands, ${loaded.conf.activeResponses.length} active responses\n`,
  );
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

/** Resolves when a signal asks for the end; SIGHUP loads the configuration again. */
function waitForEnd(service: Service, surroundings: Surroundings): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGHUP', () => {
      const { loaded, problems } = service.reload();
      tell(problems, surroundings);
      surroundings.out(loaded ? 'configuration loaded\n' : 'configuration refused: the old one stays\n');
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
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
    throw new CommandFailure(`nothing is started: ${messageOf(error)}`, exitStatus.refused);
  }
}

function takeHomeLock(path: string): LockResult {
  try {
    return takeLock(path);
  } catch (error) {
    throw new CommandFailure(`nothing is started: the lock cannot be taken: ${messageOf(error)}`, exitStatus.refused);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function serveUntilEnd(paths: HomePaths, options: StartOptions, surroundings: Surroundings): Promise<number> {
  const settings = loadSettings(paths, options, surroundings);
  const enforcing = surroundings.isRoot && !settings.observe;
  const rules: Rules = createRules({ paths, hostname: hostname(), nowMs: systemClock.nowMs, logtest: false });
  const { loaded, problems } = rules.load();
  tell(problems, surroundings);
  if (loaded === undefined)
    throw new CommandFailure('the configuration has errors: nothing is started', exitStatus.refused);
  const sources = planSources(loaded.conf, paths.home, settings.alerts, [paths.alerts]);
  tell(sources.problems, surroundings);
  const protection = createProtection({
    table: loaded.table,
    builtIns: builtIns(),
    readAddresses: () => readProtectedAddresses(settings),
    hasScript: rules.hasScript,
  });
  announce(paths, loaded, sources, enforcing, surroundings);
  nameSshClient(protection, loaded, surroundings);
  const service = await startOrRefuse({
    paths,
    settings,
    rules,
    loaded,
    sources,
    protection,
    clock: systemClock,
    nodeName: hostname(),
    pid: process.pid,
    isRoot: surroundings.isRoot,
    enforcing,
    print: createPrinter(surroundings),
  });
  surroundings.out('ready\n');
  await waitForEnd(service, surroundings);
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
