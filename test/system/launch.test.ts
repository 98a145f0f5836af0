import { readdirSync, readlinkSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Launched, launch } from '../../src/system/launch.ts';
import { isRunning } from './alive.ts';

const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

function start(...argv: string[]): Launched {
  return launch({ path: argv[0] ?? '', argv, env, cwd: '/' });
}

async function runShell(script: string, input = ''): Promise<{ out: string; err: string; status: number | null }> {
  const process = start('/bin/sh', '-c', script);
  process.stdin.end(input);
  const [out, err, exit] = await Promise.all([text(process.stdout), text(process.stderr), process.exited]);
  process.dispose();
  return { out, err, status: exit.status };
}

/** Pipes and sockets that this process has open. */
function openPipes(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('pipe:');
    } catch {
      return false;
    }
  }).length;
}

describe('launch', () => {
  let before = 0;
  beforeEach(() => {
    before = openPipes();
  });
  afterEach(async () => {
    await expect.poll(openPipes, { timeout: 10_000 }).toBe(before);
    expect(process.listenerCount('SIGCHLD')).toBe(0);
  });

  it('connects real pipes, which can be opened again by name', async () => {
    const result = await runShell('cat /dev/stdin; echo to-err > /dev/stderr; readlink /proc/self/fd/0', 'hello\n');
    expect(result.out).toMatch(/^hello\npipe:/);
    expect(result.err).toBe('to-err\n');
  });

  it('gives the child exactly three descriptors', async () => {
    // 3: ls itself reads the folder.
    expect((await runShell('exec ls /proc/self/fd')).out.trim().split('\n')).toEqual(['0', '1', '2', '3']);
  });

  it('makes it the leader of a session and of a process group', async () => {
    const { out } = await runShell('cut -d" " -f1,5,6 /proc/$$/stat');
    const [pid, group, session] = out.trim().split(' ');
    expect(group).toBe(pid);
    expect(session).toBe(pid);
  });

  it('resets ignored and blocked signals', async () => {
    const { out } = await runShell('exec grep -E "^Sig(Blk|Ign):" /proc/self/status');
    // glibc itself ignores its two internal signals, 32 and 33, in what posix_spawn starts.
    expect(out).toMatch(/^SigBlk:\t0{16}\nSigIgn:\t0{7}[01][08]0{7}\n$/);
  });

  it('passes environment and folder and nothing else', async () => {
    const process = launch({ path: '/usr/bin/env', argv: ['env'], env: { A: 'b c' }, cwd: '/usr' });
    expect(await text(process.stdout)).toBe('A=b c\n');
    await process.exited;
    process.dispose();
    const pwd = launch({ path: 'bin/pwd', argv: ['pwd'], env, cwd: '/usr' });
    expect(await text(pwd.stdout)).toBe('/usr\n');
    await pwd.exited;
    pwd.dispose();
  });

  it('gives it umask 022, whatever ours is', async () => {
    const ours = process.umask(0o077);
    try {
      expect((await runShell('umask')).out).toBe('0022\n');
      expect(process.umask()).toBe(0o077);
    } finally {
      process.umask(ours);
    }
  });

  it('tells exit status and signal', async () => {
    expect((await runShell('exit 7')).status).toBe(7);
    const process = start('/bin/sh', '-c', 'kill -9 $$');
    expect(await process.exited).toEqual({ status: null, signal: 'SIGKILL' });
    process.dispose();
  });

  it('throws the errno of what cannot be executed and leaves nothing open', () => {
    expect(() => start('/nowhere/at/all')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(() => start('/etc/passwd')).toThrow(expect.objectContaining({ code: 'EACCES' }));
    expect(() => start('/bin/true', 'a\0b')).toThrow('NUL');
  });

  it('sends signals to the whole group, and ends what is left of it', async () => {
    const process = start('/bin/sh', '-c', 'sleep 300 & echo $!; exit 0');
    process.stdout.setEncoding('utf8');
    const child = Number(await new Promise<string>((resolve) => process.stdout.once('data', resolve)));
    expect(await process.exited).toEqual({ status: 0, signal: null });
    expect(isRunning(child)).toBe(true);
    process.dispose();
    await expect.poll(() => isRunning(child), { timeout: 10_000 }).toBe(false);
  });

  it('can be disposed of while it runs', async () => {
    const process = start('/bin/sleep', '300');
    process.dispose();
    expect(await process.exited).toEqual({ status: null, signal: 'SIGKILL' });
    await expect.poll(() => isRunning(process.pid), { timeout: 10_000 }).toBe(false);
  });

  it('writes more than a pipe holds, both ways', async () => {
    const large = 'x'.repeat(1024 * 1024);
    expect((await runShell('cat', large)).out).toBe(large);
  });
});
