import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, longestLine } from '../../src/source/split-lines.ts';

type Line = { text: string; offset: number; cut: boolean };

function splitIn(pieces: readonly Buffer[], from = 0): { lines: Line[]; splitter: LineSplitter } {
  const lines: Line[] = [];
  const splitter = new LineSplitter(from);
  for (const piece of pieces) splitter.push(piece, (text, offset, cut) => lines.push({ text, offset, cut }));
  return { lines, splitter };
}

describe('splitting bytes into lines', () => {
  it('gives the same lines and offsets however the bytes are cut into pieces', () => {
    const bytes = fc.array(fc.oneof(fc.constantFrom(10, 13, 0, 255), fc.integer({ min: 0, max: 255 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(60), { maxLength: 6 }), (content, cuts) => {
        const whole = Buffer.from(content);
        const ends = [...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
        const expected: Line[] = [];
        let offset = 0;
        for (const text of whole.toString('latin1').split('\n').slice(0, -1)) {
          expected.push({ text: text.replace(/\r$/, ''), offset, cut: false });
          offset += text.length + 1;
        }
        const { lines, splitter } = splitIn(pieces);
        expect(lines).toEqual(expected);
        expect(splitter.resumeOffset).toBe(offset);
        expect(splitter.readOffset).toBe(whole.length);
      }),
    );
  });

  it('counts offsets from where it began', () => {
    expect(splitIn([Buffer.from('a\nb\n')], 100).lines.map((line) => line.offset)).toEqual([100, 102]);
  });

  it('lets pieces be used again by the caller', () => {
    const piece = Buffer.from('abc');
    const lines: string[] = [];
    const splitter = new LineSplitter(0);
    splitter.push(piece, (text) => lines.push(text));
    piece.write('xy\n');
    splitter.push(piece, (text) => lines.push(text));
    expect(lines).toEqual(['abcxy']);
  });

  it('cuts a line that is too long once, keeps no more than that of it, and finds the next', () => {
    const piece = Buffer.alloc(262_144, 97);
    const { lines, splitter } = splitIn(Array(6).fill(piece));
    expect(lines.map(({ text, offset, cut }) => [text.length, offset, cut])).toEqual([[longestLine, 0, true]]);
    expect(splitter.isSkipping).toBe(true);
    expect(splitter.resumeOffset).toBe(6 * 262_144);
    splitter.push(Buffer.from('aa\nnext\n'), (text, offset, cut) => lines.push({ text, offset, cut }));
    expect(lines[1]).toEqual({ text: 'next', offset: 6 * 262_144 + 3, cut: false });
  });

  it('takes what is left as the last line at the end of a stream', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter(0);
    splitter.push(Buffer.from('a\nb'), (text) => lines.push(text));
    splitter.finish((text) => lines.push(text));
    splitter.finish((text) => lines.push(text));
    expect(lines).toEqual(['a', 'b']);
  });
});
