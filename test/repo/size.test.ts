import { describe, expect, it } from 'vitest';
import { listFiles, readProjectFile } from './source-files.ts';

/** Lines of a file that is still read from top to bottom. Tests, which are read in pieces, may have more. */
const limits: Readonly<Record<string, number>> = { src: 300, test: 400, e2e: 400, bench: 400 };

/** Files that outgrew their limit, and how long they may be. These numbers only go down. */
const grown: Readonly<Record<string, number>> = {
  'test/source/tailer.test.ts': 462,
};

const lengths = new Map(
  listFiles(...Object.keys(limits))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [path, readProjectFile(path).split('\n').length - 1]),
);

function limitOf(path: string): number {
  return limits[path.split('/')[0] ?? ''] ?? 0;
}

describe('files', () => {
  it(`have no more lines than their limit, but for those listed here`, () => {
    expect(lengths.size).toBeGreaterThan(100);
    const tooLong = [...lengths].filter(([path, length]) => length > (grown[path] ?? limitOf(path)));
    expect(Object.fromEntries(tooLong)).toEqual({});
  });

  it('leave the list when they are short enough', () => {
    const stale = Object.keys(grown).filter((path) => (lengths.get(path) ?? 0) <= limitOf(path));
    expect(stale).toEqual([]);
  });
});
