import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createScriptRunner } from '../../../src/agent/scripts/run-script.ts';
import type { ProcessIdentity, ScriptHooks, ScriptLines, ScriptResult } from '../../../src/agent/scripts/runner.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { membersOf, readStat } from '../../../src/system/process-table.ts';

// Real processes: the deadlines are short, but a busy machine may take its time.
vi.setConfig({ testTimeout: 30_000 });
const patiently = { timeout: 10_000 };
const isRoot = process.getuid?.() === 0;
const hasPython = spawnSync('python3', ['-c', '']).status === 0;
if (!hasPython) console.warn('no python3 here: the scripts in Python are skipped');

const add: ScriptLines = {
  purpose: 'add',
  message: '{"command":"add","n":1}',
  continueLine: '{"command":"continue","n":1}',
  abortLine: '{"command":"abort","n":1}',
};
const remove: ScriptLines = { purpose: 'delete', message: '{"command":"delete","n":1}' };
const keyLine = (...keys: string[]): string =>
  JSON.stringify({ version: 1, command: 'check_keys', parameters: { keys } });

let home = '';
const groups: number[] = [];

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'scripts-'));
  mkdirSync(join(home, 'active-response/bin'), { recursive: true, mode: 0o750 });
  chmodSync(home, 0o750);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function openDescriptors(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return /^(pipe|socket):/.test(target) ? [target] : [];
    } catch {
      return [];
    }
  });
}

let before = 0;
beforeEach(() => {
  before = openDescriptors().length;
});
afterEach(async () => {
  await expect.poll(() => groups.flatMap((group) => membersOf(group)), patiently).toEqual([]);
  await expect.poll(() => groups.filter((pid) => readStat(pid)?.parent === process.pid), patiently).toEqual([]);
  await expect.poll(() => openDescriptors().length, patiently).toBe(before);
  expect(process.listenerCount('SIGCHLD')).toBe(0);
  groups.length = 0;
});

function write(name: string, text: string, mode = 0o750): string {
  const path = join(home, 'active-response/bin', name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return name;
}

interface Options {
  readonly lines?: ScriptLines;
  readonly deadlineMs?: number;
  readonly hooks?: Partial<ScriptHooks>;
}

interface Seen {
  readonly result: ScriptResult;
  readonly keys: readonly (readonly string[] | undefined)[];
  readonly started: readonly ProcessIdentity[];
}

async function run(name: string, options: Options = {}): Promise<Seen> {
  const keys: (readonly string[] | undefined)[] = [];
  const started: ProcessIdentity[] = [];
  const runner = createScriptRunner({ home, clock: systemClock, asRoot: isRoot });
  const result = await runner.run({
    path: join(home, 'active-response/bin', name),
    program: `active-response/bin/${name}`,
    lines: options.lines ?? add,
    stateful: true,
    deadlineMs: options.deadlineMs ?? 20_000,
    hooks: {
      onStarted: async (process) => {
        groups.push(process.pid);
        started.push(process);
        await options.hooks?.onStarted?.(process);
      },
      onKeys: async (found) => {
        keys.push(found);
        return (await options.hooks?.onKeys?.(found)) ?? 'continue';
      },
    },
  });
  return { result, keys, started };
}

function ran(seen: Seen): Extract<ScriptResult, { outcome: 'ran' }> {
  if (seen.result.outcome !== 'ran') throw new Error(seen.result.reason);
  return seen.result;
}

describe('a stateful script', () => {
  const talker = (shebang: string): string =>
    `${shebang}read -r message\necho '${keyLine('10.0.0.1')}'\nread -r answer\necho "$message" >&2\necho "$answer" >&2\nif read -r more; then echo more >&2; else echo closed >&2; fi\n`;

  for (const [name, shebang] of [
    ['sh', '#!/bin/sh\n'],
    ['no-shebang', ''],
  ] as const) {
    for (const answer of ['continue', 'abort'] as const) {
      it(`in ${name} is told ${answer}`, async () => {
        const seen = await run(write(`talk-${name}`, talker(shebang)), { hooks: { onKeys: async () => answer } });
        const { run: record, answered } = ran(seen);
        expect(seen.keys).toEqual([['10.0.0.1']]);
        expect(answered).toBe(answer);
        expect(record.stderrTail).toBe(`{"command":"add","n":1}\n{"command":"${answer}","n":1}\nclosed\n`);
        expect(record).toMatchObject({ exitStatus: 0, signal: null, timedOut: false, purpose: 'add' });
      });
    }
  }

  it.skipIf(!hasPython)('in Python reads from /dev/stdin', async () => {
    const text = `#!/usr/bin/env python3
import sys
source = open('/dev/stdin')
message = source.readline()
print('${keyLine('a', 'b')}', flush=True)
sys.stderr.write(message + source.readline())
`;
    const seen = await run(write('talk.py', text));
    expect(seen.keys).toEqual([['a', 'b']]);
    expect(ran(seen).run.stderrTail).toBe(`${add.message}\n{"command":"continue","n":1}\n`);
  });

  it('has argv[0], $0 and the folder that Wazuh gives it, and nothing of our environment', async () => {
    process.env.RIPOSTE_TEST_SECRET = 'x';
    const seen = await run(write('where', '#!/bin/sh\necho "$0 $# $(pwd)" >&2\nenv >&2\n'));
    delete process.env.RIPOSTE_TEST_SECRET;
    const { stderrTail } = ran(seen).run;
    expect(stderrTail).toContain(`active-response/bin/where 0 ${home}\n`);
    expect(stderrTail).not.toContain('RIPOSTE_TEST_SECRET');
  });

  it('may write no keys, an empty list, or something else', async () => {
    expect((await run(write('silent', '#!/bin/sh\nread -r m\nexec >&-\ncat >&2\n'))).keys).toEqual([]);
    expect((await run(write('empty', `#!/bin/sh\nread -r m\necho '${keyLine()}'\n`))).keys).toEqual([[]]);
    expect((await run(write('other', '#!/bin/sh\nread -r m\necho done\n'))).keys).toEqual([undefined]);
    expect((await run(write('half', '#!/bin/sh\nread -r m\nprintf done\n'))).keys).toEqual([undefined]);
  });

  it('that closes its output without a word is told nothing more', async () => {
    const { result } = await run('silent');
    expect(result).toMatchObject({ outcome: 'ran', answered: 'nothing', run: { exitStatus: 0, stderrTail: '' } });
  });

  it('has time that stands still while its keys are looked at', async () => {
    const pause = (): Promise<'continue'> => new Promise((resolve) => setTimeout(() => resolve('continue'), 1200));
    const seen = await run(write('talk-sh', talker('#!/bin/sh\n')), { deadlineMs: 1000, hooks: { onKeys: pause } });
    expect(ran(seen)).toMatchObject({ answered: 'continue', run: { timedOut: false, exitStatus: 0 } });
  });

  it('is ended where its keys cannot be journaled', async () => {
    const seen = await run('talk-sh', { hooks: { onKeys: () => Promise.reject(new Error('disk full')) } });
    expect(ran(seen)).toMatchObject({ answered: 'nothing', run: { signal: 'SIGTERM', stderrTail: '' } });
  });

  it('is told nothing at all where its start cannot be journaled', async () => {
    const name = write('touch', '#!/bin/sh\nread -r m && touch told\n');
    const seen = await run(name, { hooks: { onStarted: () => Promise.reject(new Error('disk full')) } });
    expect(seen.result).toEqual({ outcome: 'refused', reason: 'disk full' });
    expect(readdirSync(home)).not.toContain('told');
  });
});

describe('a script that reads to the end of its input first', () => {
  const reader = `#!/bin/sh\nm=$(cat)\necho '${keyLine('k')}'\nsleep 0.4\necho "$m" >&2\n`;

  it('goes on, and its keys are seen', async () => {
    const seen = await run(write('reads-all', reader));
    expect(seen.keys).toEqual([['k']]);
    expect(ran(seen)).toMatchObject({ answered: 'continue', run: { exitStatus: 0, stderrTail: `${add.message}\n` } });
    expect(ran(seen).run.note).toMatch(/input was closed before the answer$/);
  });

  it('is ended before it acts where the answer is abort', async () => {
    const seen = await run('reads-all', { hooks: { onKeys: async () => 'abort' } });
    expect(ran(seen)).toMatchObject({ answered: 'abort', run: { signal: 'SIGKILL', stderrTail: '' } });
  });

  it('is not confused with one that is only slow', async () => {
    const slow = `#!/bin/sh\nread -r m\nsleep 0.9\necho '${keyLine('k')}'\nread -r answer && echo "$answer" >&2\n`;
    const { run: record } = ran(await run(write('slow', slow)));
    expect(record.stderrTail).toBe('{"command":"continue","n":1}\n');
    expect(record).not.toHaveProperty('note');
  });

  it('is not confused with one that forgot the end of its line', async () => {
    const forgot = `#!/bin/sh\nread -r m\nprintf '%s' '${keyLine('k')}'\nread -r answer && echo "$answer" >&2\n`;
    const seen = await run(write('forgot', forgot));
    expect(seen.keys).toEqual([['k']]);
    expect(ran(seen).run.stderrTail).toBe('{"command":"continue","n":1}\n');
    expect(ran(seen).run.note).toBe('its line of keys had no line end');
  });
});

describe('delete', () => {
  it('has no exchange, and the input ends after the message', async () => {
    const name = write('undo', `#!/bin/sh\necho '${keyLine('k')}'\ncat /dev/stdin > /dev/stderr\nexit 3\n`);
    const seen = await run(name, { lines: remove });
    expect(seen.keys).toEqual([]);
    const { run: record, answered } = ran(seen);
    expect(answered).toBe('nothing');
    expect(record).toMatchObject({ purpose: 'delete', exitStatus: 3, stderrTail: `${remove.message}\n` });
  });
});

describe('binaries', () => {
  it('run as they are', async () => {
    for (const program of ['cat', 'true']) copyFileSync(`/bin/${program}`, join(home, 'active-response/bin', program));
    expect(ran(await run('true')).run).toMatchObject({ exitStatus: 0, stdoutTail: '' });
    const seen = await run('cat');
    // It answers with what it is told: a message that is not check_keys, then the answer.
    expect(seen.keys).toEqual([undefined]);
    expect(ran(seen).run.stdoutTail).toBe(`${add.message}\n{"command":"continue","n":1}\n`);
  });
});

describe('bad manners', () => {
  it('never reads, however long the message', async () => {
    const name = write('deaf', '#!/bin/sh\nexit 4\n');
    const message = 'x'.repeat(1024 * 1024);
    const lines = { ...add, message };
    expect(ran(await run(name, { lines })).run.exitStatus).toBe(4);
    expect(ran(await run(name, { lines: { purpose: 'delete', message } })).run.exitStatus).toBe(4);
  });

  it('writes 1 MiB to both outputs: the last 16 KiB are kept', async () => {
    const name = write('loud', '#!/bin/sh\nyes 0123456 | head -c 1048576\nyes abcdefg | head -c 1048576 >&2\n');
    const { run: record } = ran(await run(name));
    expect(record.stdoutTail).toBe('0123456\n'.repeat(2048));
    expect(record.stderrTail).toBe('abcdefg\n'.repeat(2048));
  });

  it('writes a first line without end: not a check_keys message', async () => {
    const name = write('endless', '#!/bin/sh\nread -r m\nyes | tr -d "\\n" | head -c 200000\n');
    expect((await run(name)).keys).toEqual([undefined]);
  });

  it('leaves a child that holds the pipes: the outcome does not wait for it', async () => {
    const { run: record } = ran(await run(write('parent', '#!/bin/sh\nsleep 300 &\nexit 5\n')));
    expect(record.exitStatus).toBe(5);
    expect(record.note).toBe('what it left running held its output and was ended');
    expect(record.durationMs).toBeLessThan(15_000);
  });

  it('hangs with a child that ignores TERM: both are ended', async () => {
    const name = write('hang', '#!/bin/sh\n(trap "" TERM; while :; do sleep 300; done) &\nwait\n');
    const { run: record, answered } = ran(await run(name, { deadlineMs: 100 }));
    expect(record).toMatchObject({ timedOut: true, signal: 'SIGTERM', exitStatus: null });
    expect(answered).toBe('nothing');
  });

  it('ignores TERM: KILL follows after 2 s', async () => {
    const name = write('stubborn', '#!/bin/sh\ntrap "" TERM\nwhile :; do sleep 0.05; done\n');
    const { run: record } = ran(await run(name, { deadlineMs: 500 }));
    expect(record).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
    expect(record.durationMs).toBeGreaterThan(2000);
  });
});

describe('what is not started', () => {
  const reason = async (name: string): Promise<string> => {
    const { result } = await run(name);
    if (result.outcome !== 'refused') throw new Error('it ran');
    return result.reason;
  };

  it('says why', async () => {
    expect(await reason('missing')).toMatch(/does not exist$/);
    expect(await reason(write('no-x', '#!/bin/sh\n', 0o640))).toMatch(/not executable/);
    expect(await reason(write('crlf', '#!/bin/sh\r\necho\r\n'))).toMatch(/CRLF.*\/bin\/sh\\r/);
    expect(await reason(write('no-interpreter', '#!/no/such thing\n'))).toMatch(/interpreter.*: \/no\/such thing$/);
    expect(await reason(write('foreign', '\x7fELF\0\0\0'))).toMatch(/not a program for this machine/);
    mkdirSync(join(home, 'active-response/bin/folder'));
    expect(await reason('folder')).toMatch(/not a file/);
  });

  it.skipIf(!isRoot)('is what others than root can write', async () => {
    expect(await reason(write('open', '#!/bin/sh\n', 0o777))).toMatch(
      /open is writable by others than root \(mode 777\)/,
    );
  });
});

it('runs 200 at once', async () => {
  const name = write('one-of-many', `#!/bin/sh\nread -r m\necho '${keyLine('k')}'\nread -r a\n`);
  const all = await Promise.all(Array.from({ length: 200 }, () => run(name, { deadlineMs: 60_000 })));
  expect(all.every(({ result }) => result.outcome === 'ran' && result.run.exitStatus === 0)).toBe(true);
}, 60_000);
