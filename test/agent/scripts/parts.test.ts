import { describe, expect, it } from 'vitest';
import { parseCheckKeys } from '../../../src/agent/scripts/check-keys.ts';
import { Deadline } from '../../../src/agent/scripts/deadline.ts';
import { FirstLineReader, Tail } from '../../../src/agent/scripts/output.ts';
import { chooseInterpreter } from '../../../src/agent/scripts/shebang.ts';

describe('parseCheckKeys', () => {
  const line = (keys: unknown): string => JSON.stringify({ command: 'check_keys', parameters: { keys } });
  it('gives the keys as texts', () => {
    expect(parseCheckKeys(line(['10.0.0.1', 'ü']))).toEqual(['10.0.0.1', 'ü']);
    expect(parseCheckKeys(line([5]))).toEqual(['5']);
    expect(parseCheckKeys(line([]))).toEqual([]);
    expect(parseCheckKeys(`  ${line(['a'])}\r`)).toEqual(['a']);
  });
  it('gives undefined for everything else', () => {
    for (const text of [
      '',
      'done',
      '[]',
      'null',
      '{"command":"add","parameters":{"keys":["a"]}}',
      line('a'),
      line([['a']]),
      line([null]),
    ]) {
      expect(parseCheckKeys(text)).toBeUndefined();
    }
  });
});

describe('Tail', () => {
  it('keeps the last bytes, whatever the chunks', () => {
    const tail = new Tail(8);
    for (let n = 0; n < 5000; n += 1) tail.add(Buffer.from(String(n % 10)));
    expect(tail.text()).toBe('23456789');
    tail.add(Buffer.from('abcdefghijklmnopqrstuvwxyz'));
    expect(tail.text()).toBe('stuvwxyz');
  });
  it('does not begin with half a character', () => {
    const tail = new Tail(4);
    tail.add(Buffer.from('€€'));
    expect(tail.text()).toBe('€');
  });
});

describe('FirstLineReader', () => {
  const read = async (...chunks: (string | Buffer)[]): Promise<unknown> => {
    const reader = new FirstLineReader(10);
    for (const chunk of chunks) reader.add(Buffer.from(chunk));
    reader.end();
    return reader.found;
  };
  it('finds a line, an unfinished line, none', async () => {
    expect(await read('ab', 'c\nd', 'e\n')).toEqual({ kind: 'line', text: 'abc' });
    expect(await read('\n')).toEqual({ kind: 'line', text: '' });
    expect(await read('abc')).toEqual({ kind: 'line', text: 'abc' });
    expect(await read()).toEqual({ kind: 'none' });
    expect(await read(Buffer.from([0xe2, 0x82]), Buffer.from([0xac, 0x0a]))).toEqual({ kind: 'line', text: '€' });
  });
  it('has a limit', async () => {
    expect(await read('0123456789\n')).toEqual({ kind: 'line', text: '0123456789' });
    expect(await read('01234', '567890')).toEqual({ kind: 'too_long' });
  });
});

describe('Deadline', () => {
  it('counts only while it runs, and never after it was closed', () => {
    let now = 0;
    const armed: number[] = [];
    const clock = {
      nowMs: () => now,
      bootMs: () => now,
      ticksMs: () => now,
      after: (ms: number) => {
        armed.push(ms);
        return { cancel: () => undefined };
      },
    };
    const deadline = new Deadline(100, clock, () => undefined);
    deadline.run();
    now = 30;
    deadline.stop();
    now = 500;
    deadline.run();
    deadline.run();
    expect(armed).toEqual([100, 70]);
    deadline.close();
    deadline.run();
    expect(armed).toHaveLength(2);
  });
});

describe('chooseInterpreter', () => {
  it('asks the kernel, the shell, or refuses', () => {
    expect(chooseInterpreter('/a', '#!/bin/sh\necho\r\n')).toEqual({ kind: 'kernel' });
    expect(chooseInterpreter('/a', '\x7fELF\0')).toEqual({ kind: 'kernel' });
    expect(chooseInterpreter('/a', 'echo\n')).toEqual({ kind: 'shell' });
    expect(chooseInterpreter('/a', '')).toEqual({ kind: 'shell' });
    expect(chooseInterpreter('/a', '#!/usr/bin/env python3\r\n')).toMatchObject({
      kind: 'error',
      reason: expect.stringContaining('"/usr/bin/env python3\\r"'),
    });
  });
});
