// One word for one thing. // architecture "Words"
import { describe, expect, it } from 'vitest';
import { listFiles, readProjectFile } from './source-files.ts';

const forbidden: readonly { readonly word: RegExp; readonly instead: string; readonly except?: readonly string[] }[] = [
  { word: /black[- _]?list/i, instead: 'deny list, or what it really is' },
  { word: /white-?list/i, instead: 'allow list (the element of Wazuh is <white_list>)' },
  { word: /\bslaves?\b/i, instead: 'agent' },
  { word: /\b(unban\w*|banned|banning)\b/i, instead: 'revert, blocked, in force' },
  { word: /\broll(s|ed|ing)? ?back\b/i, instead: 'revert', except: ['src/store/database.ts'] },
  { word: /\brecidiv/i, instead: 'repeated offenders' },
  { word: /\b(TODO|FIXME|XXX|HACK)\b/, instead: 'nothing: do it, or say in CHANGELOG.md that it is missing' },
  { word: /(^|[\s'"`(])\/work\//, instead: 'a path that every reader has' },
];

// Configurations as people get them wrong are theirs, not ours.
const skipped = ['test/repo/words.test.ts', 'test/config/broken/'];
const text = /\.(ts|js|json|md|xml|sh|yml|yaml|conf|txt)$|^bin\//;
const files = listFiles(
  'src',
  'test',
  'e2e',
  'bench',
  'bin',
  'scripts',
  'docs',
  'README.md',
  'CHANGELOG.md',
  'ARCHITECTURE.md',
).filter((path) => text.test(path) && !skipped.some((start) => path.startsWith(start)));

describe('words', () => {
  it('are looked for in the whole project', () => {
    expect(files.length).toBeGreaterThan(100);
  });

  it.each(forbidden)('$word is not used; say: $instead', ({ word, except = [] }) => {
    const found = files
      .filter((path) => !except.includes(path))
      .flatMap((path) =>
        readProjectFile(path)
          .split('\n')
          .flatMap((line, index) => (word.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 100)}`] : [])),
      );
    expect(found).toEqual([]);
  });

  it.each(forbidden.filter(({ except }) => except !== undefined))(
    '$word has no exception that is not needed',
    ({ word, except }) => {
      expect(except?.filter((path) => !word.test(readProjectFile(path)))).toEqual([]);
    },
  );
});
