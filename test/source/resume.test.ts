import { describe, expect, it } from 'vitest';
import { fileNumber, fingerprintOf, fitsFingerprint } from '../../src/source/tail/fingerprint.ts';
import { type FilePosition, parseTailPosition, toSourcePosition } from '../../src/source/tail/position.ts';
import { type Candidate, planResume } from '../../src/source/tail/resume.ts';

const candidate = (name: string, ino: number, head: string, size = 1000, lastRead = 'other'): Candidate => ({
  name,
  ino,
  size,
  bornMs: 0,
  head: Buffer.from(head),
  readAt: () => Buffer.from(lastRead),
});
const position = (ino: number, head: string, offset = 500, generation = 3): FilePosition => ({
  dev: 1,
  ino,
  offset,
  skipping: false,
  fingerprint: fingerprintOf(Buffer.from(head)),
  lastRead: { ...fingerprintOf(Buffer.from('read')), end: offset + 2 },
  number: '0000000042',
  generation,
  unreadSinceMs: null,
});
const plan = (files: FilePosition[], candidates: Candidate[]): [string, number, number][] =>
  planResume({ path: '/l/a.log', generation: 3, files }, 'a.log', candidates).files.map((file) => [
    file.name,
    file.start.offset,
    file.start.generation,
  ]);

describe('going on after a restart', () => {
  it('goes on in the same file', () => {
    expect(plan([position(7, 'A')], [candidate('a.log', 7, 'A and more')])).toEqual([['a.log', 500, 3]]);
  });

  it('finds the file under its new name by inode and first bytes, whatever that name is', () => {
    expect(plan([position(7, 'A')], [candidate('a.log', 8, 'B'), candidate('a.log.old', 7, 'A')])).toEqual([
      ['a.log.old', 500, 3],
      ['a.log', 0, 4],
    ]);
  });

  it('is not taken in by an inode that was used again', () => {
    expect(plan([position(7, 'A')], [candidate('a.log', 7, 'B')])).toEqual([['a.log', 0, 4]]);
  });

  it('is not taken in by a file that is shorter than what was read', () => {
    expect(plan([position(7, 'A')], [candidate('a.log', 7, 'A', 499)])).toEqual([['a.log', 0, 4]]);
  });

  it('goes on in a copy that has the bytes read last, not in another that begins alike', () => {
    const emptied = candidate('a.log', 7, '');
    expect(
      plan([position(7, 'A')], [emptied, candidate('a.log.2', 8, 'A'), candidate('a.log.1', 9, 'A', 1000, 'read')]),
    ).toEqual([
      ['a.log.1', 500, 3],
      ['a.log', 0, 4],
    ]);
    expect(plan([position(7, 'A')], [emptied, candidate('a.log.1', 9, 'A', 501, 'read')])).toEqual([['a.log', 0, 4]]);
  });

  it('reads first what was written, copied and emptied since the file was seen empty, and no older or compressed copy', () => {
    const empty = { ...position(7, '', 0), unreadSinceMs: 1000 };
    const born = (name: string, ino: number, head: string, bornMs: number) => ({
      ...candidate(name, ino, head),
      bornMs,
    });
    const present = born('a.log', 7, 'now', 10);
    const copies = [
      born('a.log.1', 11, 'second', 3000),
      born('a.log.2', 12, 'first', 2000),
      born('a.log.3', 13, 'older', 1000),
      born('a.log.bak', 14, 'now', 4000),
      { ...born('a.log.4.gz', 15, '', 4000), head: Buffer.from([0x1f, 0x8b, 8]) },
    ];
    expect(plan([empty], [present, ...copies])).toEqual([
      ['a.log.2', 0, 4],
      ['a.log.1', 0, 5],
      ['a.log', 0, 3],
    ]);
    expect(plan([position(7, '', 0)], [present, ...copies])).toEqual([['a.log', 0, 3]]);
  });

  it('reads what was rotated in between, oldest first, and leaves older ones and others alone', () => {
    const files = ['a.log.3', 'a.log.10', 'a.log.2', 'a.log.1.gz', 'a.log.1', 'a.log.bak'].map((name, index) =>
      candidate(name, 20 + index, name),
    );
    expect(plan([position(7, 'A')], [candidate('a.log', 8, 'B'), candidate('a.log.9', 7, 'A'), ...files])).toEqual([
      ['a.log.9', 500, 3],
      ['a.log.3', 0, 4],
      ['a.log.2', 0, 5],
      ['a.log.1', 0, 6],
      ['a.log', 0, 7],
    ]);
  });

  it('does so with dates for names', () => {
    const files = ['a.log-20261101', 'a.log-20261121', 'a.log-20261114'].map((name, index) =>
      candidate(name, 20 + index, name),
    );
    expect(plan([position(22, 'a.log-20261114')], [candidate('a.log', 8, 'B'), ...files])).toEqual([
      ['a.log-20261114', 500, 3],
      ['a.log-20261121', 0, 4],
      ['a.log', 0, 5],
    ]);
  });

  it('goes on in both where the old file was still being followed', () => {
    const saved = [position(7, 'A'), position(8, 'B', 10)];
    expect(plan(saved, [candidate('a.log', 8, 'B'), candidate('a.log.1', 7, 'A')])).toEqual([
      ['a.log.1', 500, 3],
      ['a.log', 10, 3],
    ]);
  });

  it('says that lines may be lost only where the last file is gone', () => {
    const lost = (files: FilePosition[], candidates: Candidate[]): boolean =>
      planResume({ path: '/l/a.log', generation: 3, files }, 'a.log', candidates).lost;
    expect(lost([position(7, 'A')], [])).toBe(true);
    expect(lost([position(7, 'A'), position(8, 'B')], [candidate('a.log', 8, 'B')])).toBe(false);
    expect(lost([], [candidate('a.log', 8, 'B')])).toBe(false);
  });
});

describe('fingerprints and numbers', () => {
  it('fit a file that has grown, not one that begins otherwise or is shorter', () => {
    const fingerprint = fingerprintOf(Buffer.from('one\n'));
    expect(fitsFingerprint(Buffer.from('one\ntwo\n'), fingerprint)).toBe(true);
    expect(fitsFingerprint(Buffer.from('onE\ntwo\n'), fingerprint)).toBe(false);
    expect(fitsFingerprint(Buffer.from('on'), fingerprint)).toBe(false);
  });

  it('stay the same while the file grows, and differ by path, inode, generation and first line', () => {
    const number = fileNumber('/a', 1, 0, Buffer.from('one\n'));
    expect(number).toMatch(/^\d{10}$/);
    expect(fileNumber('/a', 1, 0, Buffer.from('one\ntwo'))).toBe(number);
    const others = [
      fileNumber('/b', 1, 0, Buffer.from('one\n')),
      fileNumber('/a', 2, 0, Buffer.from('one\n')),
      fileNumber('/a', 1, 1, Buffer.from('one\n')),
      fileNumber('/a', 1, 0, Buffer.from('onE\n')),
    ];
    expect(new Set([number, ...others]).size).toBe(5);
    expect(fileNumber('/a', 1, 0, Buffer.from('no end yet'))).toBeUndefined();
  });
});

describe('a stored position', () => {
  it('comes back as it was', () => {
    const tail = { path: '/l/a.log', generation: 3, files: [position(7, 'A'), { ...position(8, ''), number: null }] };
    expect(parseTailPosition(JSON.parse(JSON.stringify(toSourcePosition(tail))), '/l/a.log')).toEqual(tail);
  });

  it.each([
    null,
    undefined,
    1,
    [],
    {},
    { path: '/l/a.log', generation: 0, files: [{}] },
    { path: '/l/b.log', generation: 0, files: [] },
  ])('is refused where it is none: %j', (value) => {
    expect(parseTailPosition(value, '/l/a.log')).toBeUndefined();
  });
});
