import { describe, expect, it } from 'vitest';
import { formatDuration, formatTable } from '../../src/cli/table.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [1, '1s'],
    [59_000, '59s'],
    [60_000, '1m 00s'],
    [598_400, '9m 59s'],
    [3_720_000, '1h 02m'],
    [90_000_000, '1d 01h'],
    [-5, '0s'],
  ])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('formatTable', () => {
  it('aligns columns and ends each line at its last cell', () => {
    expect(
      formatTable(
        ['target', 'left'],
        [
          ['192.0.2.1', '5s'],
          ['x', ''],
        ],
      ),
    ).toBe('target     left\n192.0.2.1  5s\nx\n');
  });
});
