import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSystemHost, findProgram } from '../../src/system/processes.ts';
import { isRunning } from './alive.ts';

const host = createSystemHost();

describe('findProgram', () => {
  it('looks in the standard folders only', () => {
    expect(findProgram('sh')).toMatch(/^\/(usr\/)?bin\/sh$/);
    for (const name of ['', '.', '..', '/bin/sh', '../bin/sh', 'no-such-program', 'sh\0x']) {
      expect(findProgram(name)).toBeUndefined();
    }
  });
});

describe('run', () => {
  it('gives input, takes both outputs and the status', async () => {
    const result = await host.run(['sh', '-c', 'cat; echo err >&2; exit 3'], { stdin: 'ü\n', timeoutMs: 5000 });
    expect(result).toEqual({
      status: 3,
      signal: null,
      stdout: 'ü\n',
      stderr: 'err\n',
      timedOut: false,
      error: undefined,
    });
  });

  it('passes arguments as they are, and a clean environment', async () => {
    const result = await host.run(['printf', '%s|', '$(id)', '; true', '*'], { timeoutMs: 5000 });
    expect(result.stdout).toBe('$(id)|; true|*|');
    const env = await host.run(['env'], { timeoutMs: 5000 });
    expect(
      env.stdout
        .trim()
        .split('\n')
        .map((line) => line.split('=')[0])
        .sort(),
    ).toEqual(['LC_ALL', 'PATH']);
  });

  it('says what could not be started', async () => {
    expect(await host.run(['no-such-program'], { timeoutMs: 5000 })).toMatchObject({ status: null, error: 'ENOENT' });
    expect((await host.run(['true', 'a\0b'], { timeoutMs: 5000 })).error).toBe('ERR_INVALID_ARG_VALUE');
  });

  it('is not held up by input that nobody reads', async () => {
    expect(await host.run(['true'], { stdin: 'x'.repeat(1_000_000), timeoutMs: 5000 })).toMatchObject({ status: 0 });
  });

  it('ends the whole group in time', async () => {
    const result = await host.run(['sh', '-c', 'sleep 300 & echo $!; wait'], { timeoutMs: 100 });
    expect(result).toMatchObject({ timedOut: true, status: null, signal: 'SIGTERM' });
    await expect.poll(() => isRunning(Number(result.stdout)), { timeout: 10_000 }).toBe(false);
  });

  it('does not wait for a child that holds the pipes', async () => {
    const result = await host.run(['sh', '-c', 'sleep 300 & echo $!'], { timeoutMs: 60_000 });
    expect(result).toMatchObject({ status: 0, timedOut: false });
    await expect.poll(() => isRunning(Number(result.stdout)), { timeout: 10_000 }).toBe(false);
  });
});

it('reads files, and tells a missing one from one that cannot be read', async () => {
  expect(await host.readFile('/proc/version')).toBe(readFileSync('/proc/version', 'utf8'));
  expect(await host.readFile('/no/such/file')).toBeUndefined();
  await expect(host.readFile('/')).rejects.toThrow('EISDIR');
});
