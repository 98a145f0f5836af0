// The few calls of the C library that Node does not offer, through koffi. Works with glibc and musl. Linux only.
import koffi from 'koffi';

// The C library is part of the running process already: no file name, so no difference between glibc and musl.
export const libc = koffi.load(null);

// Larger than posix_spawn_file_actions_t (80) and posix_spawnattr_t (336) of either library.
const opaqueSize = 512;
const sigsetSize = 128;
const siginfoSize = 128;

const closeOnExec = 0o2000000;

// <spawn.h>, the same numbers in both libraries.
const setSignalDefaults = 0x04;
const setSignalMask = 0x08;
const setSession = 0x80;

// <sys/wait.h>
const byPid = 1;
const noHang = 1;
const exited = 4;
const leaveIt = 0x0100_0000;
const codeExited = 1;

// <time.h>
const bootTime = 7;

// <sys/file.h>
const lockExclusive = 2;
const lockNonBlocking = 4;

const pipe2: (ends: Int32Array, flags: number) => number = libc.func('int pipe2(int *ends, int flags)');
const posixSpawn: (
  pid: Int32Array,
  path: string,
  actions: Buffer,
  attributes: Buffer,
  argv: readonly (string | null)[],
  env: readonly (string | null)[],
) => number = libc.func(
  'int posix_spawn(int *pid, const char *path, void *actions, void *attributes, const char **argv, const char **env)',
);
const actionsInit: (a: Buffer) => number = libc.func('int posix_spawn_file_actions_init(void *a)');
const actionsDestroy: (a: Buffer) => number = libc.func('int posix_spawn_file_actions_destroy(void *a)');
const actionsDup2: (a: Buffer, from: number, to: number) => number = libc.func(
  'int posix_spawn_file_actions_adddup2(void *a, int from, int to)',
);
const actionsChdir: (a: Buffer, path: string) => number = libc.func(
  'int posix_spawn_file_actions_addchdir_np(void *a, const char *path)',
);
const attrInit: (a: Buffer) => number = libc.func('int posix_spawnattr_init(void *a)');
const attrDestroy: (a: Buffer) => number = libc.func('int posix_spawnattr_destroy(void *a)');
const attrFlags: (a: Buffer, flags: number) => number = libc.func('int posix_spawnattr_setflags(void *a, short flags)');
const attrDefaults: (a: Buffer, set: Buffer) => number = libc.func(
  'int posix_spawnattr_setsigdefault(void *a, void *set)',
);
const attrMask: (a: Buffer, set: Buffer) => number = libc.func('int posix_spawnattr_setsigmask(void *a, void *set)');
const fillSet: (set: Buffer) => number = libc.func('int sigfillset(void *set)');
const waitId: (kind: number, pid: number, info: Buffer, options: number) => number = libc.func(
  'int waitid(int kind, unsigned int pid, void *info, int options)',
);
const clockGetTime: (clock: number, time: Int32Array) => number = libc.func('int clock_gettime(int clock, void *time)');
const flock: (fd: number, operation: number) => number = libc.func('int flock(int fd, int operation)');

// glibc from 2.34 on; musl has it not. Everything of ours is close-on-exec anyway: this is for what others left open.
const actionsCloseFrom: ((a: Buffer, from: number) => number) | undefined = findOptional(
  'int posix_spawn_file_actions_addclosefrom_np(void *a, int from)',
);

// glibc only.
const mallocTrim: ((pad: number) => number) | undefined = findOptional('int malloc_trim(size_t pad)');

function findOptional<Call>(definition: string): Call | undefined {
  try {
    return libc.func(definition) as Call;
  } catch {
    return undefined;
  }
}

// Node's own table lacks some, ENOEXEC for one.
const errnoNames = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));
// One number, two names on Linux.
errnoNames.set(koffi.os.errno.EAGAIN ?? 11, 'EAGAIN');

/** A failed call of the system; `code` is the name of the errno (`ENOENT`). */
export class SystemError extends Error {
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = errnoNames.get(errno) ?? `errno ${errno}`;
    super(`${call}: ${code}`);
    this.code = code;
  }
}

/** A real pipe, close-on-exec at both ends. Throws SystemError (`EMFILE` …). */
export function makePipe(): { readonly readEnd: number; readonly writeEnd: number } {
  const ends = new Int32Array(2);
  if (pipe2(ends, closeOnExec) !== 0) throw new SystemError('pipe2', koffi.errno());
  return { readEnd: ends[0] ?? -1, writeEnd: ends[1] ?? -1 };
}

export interface SpawnRequest {
  /** Relative paths count from `cwd`. */
  readonly path: string;
  readonly argv: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly cwd: string;
  readonly stdin: number;
  readonly stdout: number;
  readonly stderr: number;
}

/**
 * posix_spawn: no copy of our address space, so its cost does not grow with our memory. The child leads a session and a
 * process group of its own, blocks and ignores no signal, and has no descriptor but 0, 1 and 2.
 * Its umask is ours: posix_spawn cannot set one.
 * @returns the pid. Throws SystemError: the path's errno where the program could not be executed.
 */
export function spawnProcess(request: SpawnRequest): number {
  const actions = Buffer.alloc(opaqueSize);
  const attributes = Buffer.alloc(opaqueSize);
  check('posix_spawn_file_actions_init', actionsInit(actions));
  try {
    check('posix_spawnattr_init', attrInit(attributes));
    try {
      addActions(actions, request);
      setAttributes(attributes);
      const pid = new Int32Array(1);
      const argv = [...request.argv, null];
      check(request.path, posixSpawn(pid, request.path, actions, attributes, argv, [...request.env, null]));
      return pid[0] ?? -1;
    } finally {
      attrDestroy(attributes);
    }
  } finally {
    actionsDestroy(actions);
  }
}

function addActions(actions: Buffer, request: SpawnRequest): void {
  check('adddup2', actionsDup2(actions, request.stdin, 0));
  check('adddup2', actionsDup2(actions, request.stdout, 1));
  check('adddup2', actionsDup2(actions, request.stderr, 2));
  if (actionsCloseFrom !== undefined) check('addclosefrom_np', actionsCloseFrom(actions, 3));
  check('addchdir_np', actionsChdir(actions, request.cwd));
}

function setAttributes(attributes: Buffer): void {
  const everySignal = Buffer.alloc(sigsetSize);
  fillSet(everySignal);
  // Node ignores SIGPIPE, and whoever started us may ignore SIGHUP: a script must inherit neither.
  check('setsigdefault', attrDefaults(attributes, everySignal));
  check('setsigmask', attrMask(attributes, Buffer.alloc(sigsetSize)));
  check('setflags', attrFlags(attributes, setSession | setSignalDefaults | setSignalMask));
}

function check(call: string, errno: number): void {
  if (errno !== 0) throw new SystemError(call, errno);
}

/** How a process ended; exactly one of the two is not null. */
export interface ExitStatus {
  readonly status: number | null;
  /** Number of the signal. */
  readonly signal: number | null;
}

/**
 * Whether a child of ours has ended; never blocks. Without `reap` it stays a zombie: its number, which is also that of
 * its group, cannot be given to another process before it is reaped. `not ours`: there is no such child.
 */
export function peekExit(pid: number): ExitStatus | 'not ours' | undefined {
  return wait(pid, exited | noHang | leaveIt);
}

/** Takes the zombie away. */
export function reap(pid: number): void {
  wait(pid, exited | noHang);
}

// siginfo_t: signo, errno, code, (padding where pointers have 8 bytes,) pid, uid, status.
const pidOffset = koffi.sizeof('void *') === 8 ? 16 : 12;

function wait(pid: number, options: number): ExitStatus | 'not ours' | undefined {
  const info = Buffer.alloc(siginfoSize);
  if (waitId(byPid, pid, info, options) !== 0) {
    const error = new SystemError(`waitid ${pid}`, koffi.errno());
    if (error.code === 'ECHILD') return 'not ours';
    throw error;
  }
  const view = new DataView(info.buffer, info.byteOffset, siginfoSize);
  // Every platform that koffi has prebuilt binaries for is little-endian.
  const read = (offset: number): number => view.getInt32(offset, true);
  if (read(pidOffset) === 0) return undefined;
  const value = read(pidOffset + 8);
  return read(8) === codeExited ? { status: value, signal: null } : { status: null, signal: value };
}

/** Memory that the C library keeps for later goes back to the system, where the library can. */
export function trimHeap(): void {
  mallocTrim?.(0);
}

// struct timespec: two longs, of which the low halves suffice: seconds since boot fit into 31 bits for 68 years.
const timespec = new Int32Array(4);
const nanosecondsAt = koffi.sizeof('long') / 4;

/** Milliseconds since boot, suspend included. Node's own way to it reads and parses a file of /proc each time. */
export function readBootClockMs(): number {
  if (clockGetTime(bootTime, timespec) !== 0) throw new SystemError('clock_gettime', koffi.errno());
  return (timespec[0] ?? 0) * 1000 + (timespec[nanosecondsAt] ?? 0) / 1e6;
}

/** An exclusive lock on an open file, given up when the last descriptor of it is closed. False: somebody else has it. */
export function lockFile(fd: number): boolean {
  if (flock(fd, lockExclusive | lockNonBlocking) === 0) return true;
  const error = new SystemError('flock', koffi.errno());
  if (error.code === 'EAGAIN') return false;
  throw error;
}
