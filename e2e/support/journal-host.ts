// A real systemd-journald that serves one machine of a test alone: in its mount namespace, with units that are control groups of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './service.ts';
import { until } from './service.ts';

const daemon = '/lib/systemd/systemd-journald';
const sockets = '/run/systemd/journal';

interface Hierarchy {
  readonly folder: string;
  /** argv of mount(8) without the mount point. */
  readonly mount: string;
  readonly mountPoint: string;
}

/** The hierarchy from which journald reads units. */
function findHierarchy(): Hierarchy | undefined {
  const isUnified = existsSync('/sys/fs/cgroup/cgroup.procs');
  const folder = isUnified ? '/sys/fs/cgroup' : '/sys/fs/cgroup/systemd';
  try {
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK);
  } catch {
    return undefined;
  }
  return isUnified
    ? { folder, mount: '-t cgroup2 cgroup2', mountPoint: '/sys/fs/cgroup' }
    : { folder, mount: '-t cgroup -o none,name=systemd cgroup', mountPoint: '/sys/fs/cgroup/systemd' };
}

export function reasonWithoutJournal(): string | undefined {
  if (!existsSync(daemon)) return 'needs systemd';
  return findHierarchy() === undefined ? 'control groups cannot be made here' : undefined;
}

/** Who writes: the control group is the unit, `system.slice/ssh.service`. */
export interface Sender {
  readonly group: string;
  readonly uid: number;
}

export const sshService: Sender = { group: 'system.slice/ssh.service', uid: 0 };
export const aliceSession: Sender = { group: 'user.slice/user-1000.slice/session-3.scope', uid: 1000 };

/** How the journal, `/dev/log` and the control groups come to the namespace of the machine. */
function setUp(group: string, { mount, mountPoint }: Hierarchy): string {
  const mountGroups = `mount -t tmpfs tmpfs /sys/fs/cgroup && mkdir -p ${mountPoint} && mount ${mount} ${mountPoint}`;
  return `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p ${sockets} /run/log/journal /run/sshd
mount -t tmpfs tmpfs /var/log
mkdir -p /var/log/journal /run/dev
mount --rbind /dev /run/dev
mount -t tmpfs -o mode=755 tmpfs /dev
for name in null zero full random urandom tty; do touch /dev/$name; mount --bind /run/dev/$name /dev/$name; done
mkdir /dev/pts /dev/shm
mount --rbind /run/dev/pts /dev/pts
ln -s pts/ptmx /dev/ptmx
ln -s /proc/self/fd /dev/fd
ln -s ${sockets}/dev-log /dev/log
${mountGroups}
echo $$ > ${mountPoint}/${group}/cgroup.procs
exec unshare --cgroup sh -c 'umount ${mountPoint} && mount ${mount} ${mountPoint} && echo ready && exec ${daemon}'`;
}

export class JournalHost {
  private readonly machine: Machine;
  private readonly hierarchy: Hierarchy;
  private readonly group = `rp-${randomBytes(3).toString('hex')}`;
  private daemon: ChildProcess | undefined;
  private readonly started: ChildProcess[] = [];

  /** After machine.useOwnMounts(). */
  constructor(machine: Machine) {
    const hierarchy = findHierarchy();
    if (hierarchy === undefined) throw new Error('control groups cannot be made here');
    this.machine = machine;
    this.hierarchy = hierarchy;
  }

  async start(): Promise<void> {
    mkdirSync(join(this.hierarchy.folder, this.group));
    const [command, ...rest] = this.machine.inside('sh', '-c', setUp(this.group, this.hierarchy));
    this.daemon = spawn(command, rest, { stdio: 'ignore' });
    await until('journald listens', () => existsSync(this.machine.reach(`${sockets}/dev-log`)));
  }

  /** argv that runs a program in a unit, as a user. */
  as({ group, uid }: Sender, ...argv: readonly string[]): readonly [string, ...string[]] {
    const folder = join(this.hierarchy.folder, this.group, group);
    mkdirSync(folder, { recursive: true });
    const drop = uid === 0 ? [] : ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--'];
    // The control group is reached from outside, where its folder is.
    const enter = `echo $$ > ${join(folder, 'cgroup.procs')} && exec "$@"`;
    return ['sh', '-c', enter, 'sh', ...this.machine.inside(...drop, ...argv)];
  }

  /** Writes a message. The writer lives on a while: journald looks at a process after it has read its message. */
  say(
    sender: Sender,
    name: string,
    text: string,
    { program = 'logger', options = [] as readonly string[] } = {},
  ): void {
    const script = '(printf "%s\\n" "$1"; sleep 0.1) | "$2" -t "$0" $3';
    const [command, ...rest] = this.as(sender, 'sh', '-c', script, name, text, program, options.join(' '));
    const { status, stderr } = spawnSync(command, rest, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name} could not write: ${stderr}`);
  }

  /** Runs on until the host is stopped. */
  run(sender: Sender, ...argv: readonly string[]): ChildProcess {
    const [command, ...rest] = this.as(sender, ...argv);
    const child = spawn(command, rest, { stdio: 'ignore' });
    this.started.push(child);
    return child;
  }

  /** To be called before the machine is removed. */
  async stop(): Promise<void> {
    const top = join(this.hierarchy.folder, this.group);
    for (const child of [...this.started, this.daemon]) child?.kill('SIGTERM');
    for (const pid of listPids(top)) spawnSync('kill', ['-KILL', pid]);
    await until('nothing runs in its units', () => listPids(top).length === 0);
    for (const folder of listFolders(top)) rmdirSync(folder);
  }
}

/** Deepest first, the top one last. */
function listFolders(top: string): readonly string[] {
  if (!existsSync(top)) return [];
  const inner = readdirSync(top, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...inner.flatMap((entry) => listFolders(join(top, entry.name))), top];
}

function listPids(top: string): readonly string[] {
  return listFolders(top).flatMap((folder) => {
    const { stdout } = spawnSync('cat', [join(folder, 'cgroup.procs')], { encoding: 'utf8' });
    return stdout.split('\n').filter((pid) => pid !== '');
  });
}
