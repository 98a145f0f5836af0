// Which files a pattern means: strftime(3) and glob(3).
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilePart, expandPattern } from '../../../src/source/pattern/expand.ts';
import { findUnknownConversions, formatDate, hasDate } from '../../../src/source/pattern/strftime.ts';

describe('a date in a name', () => {
  const at = new Date(2026, 2, 5, 7, 8, 9).getTime();

  it.each([
    ['app-%Y-%m-%d.log', 'app-2026-03-05.log'],
    ['%F_%H:%M:%S', '2026-03-05_07:08:09'],
    ['%y %e %j %u %w', '26  5 064 4 4'],
    ['%a %A %b %B %h', 'Thu Thursday Mar March Mar'],
    ['100%%.log', '100%.log'],
  ])('%s is %s', (text, expected) => {
    expect(formatDate(text, at)).toBe(expected);
    expect(findUnknownConversions(text)).toEqual([]);
  });

  it('counts the days of a leap year to its last', () => {
    expect(formatDate('%j', new Date(2028, 11, 31, 23, 59).getTime())).toBe('366');
  });

  it('is told from a percent sign, and from what is no conversion', () => {
    expect([hasDate('a-%Y'), hasDate('100%%'), hasDate('a')]).toEqual([true, false, false]);
    expect(findUnknownConversions('%Y %Q 5%')).toEqual(['%Q', '%']);
  });
});

describe('one part of a pattern', () => {
  it.each([
    ['*.log', ['a.log', 'b.log.log'], ['.a.log', 'a.log.1', 'log']],
    ['?.log', ['a.log'], ['ab.log', '.log', '..log']],
    ['[ab]x', ['ax', 'bx'], ['cx', '[ab]x']],
    ['[!a-c]x', ['dx', '!x'], ['ax', 'bx']],
    ['[]]x', [']x'], ['x']],
    ['[a', ['[a'], ['a']],
    ['.*', ['.a'], ['a']],
    ['a+(b)$^{1}\\', ['a+(b)$^{1}\\'], ['aab']],
  ])('%s', (part, fitting, others) => {
    const wanted = compilePart(part);
    expect([...fitting, ...others].filter((name) => wanted.test(name))).toEqual(fitting);
  });
});

describe('the files of a pattern', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'riposte-names-'));
    for (const name of ['one', 'two', '.three']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'access.log'), '');
    }
    mkdirSync(join(folder, 'one/folder.log'));
    symlinkSync(join(folder, 'one/access.log'), join(folder, 'two/link.log'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'two/dangling.log'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const expand = (pattern: string, most = 100) =>
    expandPattern(join(folder, pattern), most).map((path) => path.slice(folder.length + 1));

  it('are regular files and links to such, in order, also below folders that a pattern names', () => {
    expect(expand('*/*.log')).toEqual(['one/access.log', 'two/access.log', 'two/link.log']);
    expect(expand('t*/access.log')).toEqual(['two/access.log']);
    expect(expand('one/access.log')).toEqual(['one/access.log']);
    expect(expand('*/*.log', 2)).toHaveLength(2);
  });

  it('are none where there is no such folder', () => {
    expect([expand('none/*.log'), expand('one/access.log/*')]).toEqual([[], []]);
  });
});
