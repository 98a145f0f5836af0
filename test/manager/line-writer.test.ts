import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/alert/alert.ts';
import { createLineWriter } from '../../src/manager/line-writer.ts';

const alertOf = (id: number, text = 'ö'): Alert =>
  ({ timestamp: '', rule: { description: text, id: '1', groups: [] }, agent: { id: '000' }, id: String(id) }) as Alert;

/** A disk that takes `room` bytes and then refuses. */
function makeDisk(room: number) {
  const disk = {
    room,
    written: [] as Buffer[],
    write(bytes: Buffer): number {
      if (disk.room === 0) throw new Error('ENOSPC');
      const count = Math.min(disk.room, bytes.length);
      disk.room -= count;
      disk.written.push(Buffer.from(bytes.subarray(0, count)));
      return count;
    },
    close: () => undefined,
    ids(): string[] {
      const lines = Buffer.concat(disk.written).toString('utf8').split('\n');
      expect(lines.pop()).toBe('');
      return lines.map((line) => (JSON.parse(line) as Alert).id);
    },
  };
  return disk;
}

const size = Buffer.byteLength(`${JSON.stringify(alertOf(1))}\n`);
const never = (): void => expect.unreachable();

describe('the writer of alerts', () => {
  it('writes each alert as a line, however much comes at once', () => {
    const disk = makeDisk(Number.POSITIVE_INFINITY);
    const writer = createLineWriter(disk, { content: 'alerts', onDropped: never, onTurn: never, mostKept: 1 << 26 });
    for (let id = 1; id <= 3; id += 1) {
      writer.add(alertOf(id, 'ö'.repeat(200_000)));
      writer.add(alertOf(10 * id));
    }
    writer.flush();
    writer.flush();
    expect(disk.ids()).toEqual(['1', '10', '2', '20', '3', '30']);
  });

  it.each(Array.from({ length: size * 2 }, (_, room) => room))(
    'goes on where a disk stopped that was full after %i bytes',
    (room) => {
      const disk = makeDisk(room);
      const told: string[] = [];
      const onTurn = (message: string): unknown => told.push(message);
      const writer = createLineWriter(disk, { content: 'alerts', onDropped: never, onTurn, mostKept: 1 << 26 });
      writer.add(alertOf(1));
      writer.add(alertOf(2));
      writer.flush();
      writer.add(alertOf(3));
      writer.flush();
      expect(told).toEqual(['alerts cannot be written, trying again: ENOSPC']);
      expect(writer.troubles()).toEqual(told);
      disk.room = Number.POSITIVE_INFINITY;
      writer.flush();
      expect(told.at(-1)).toBe('alerts are written again');
      expect(writer.troubles()).toEqual([]);
      expect(disk.ids()).toEqual(['1', '2', '3']);
    },
  );

  it('drops whole alerts and counts them where too much would be kept, and finishes the one that was begun', () => {
    const disk = makeDisk(size + 5);
    let dropped = 0;
    const onDropped = (alerts: number): void => {
      dropped += alerts;
    };
    const big = 'x'.repeat(100_000);
    const writer = createLineWriter(disk, {
      content: 'alerts',
      onDropped,
      onTurn: () => undefined,
      mostKept: 1_000_000,
    });
    writer.add(alertOf(1));
    writer.add(alertOf(2));
    writer.flush();
    let id = 3;
    for (; dropped === 0; id += 1) writer.add(alertOf(id, big));
    disk.room = Number.POSITIVE_INFINITY;
    writer.flush();
    expect(disk.ids()).toEqual(['1', '2', String(id - 1)]);
    expect(dropped).toBe(id - 1 - 3);
  });

  it('writes nothing to a file that it has closed, whatever the disk had refused', () => {
    const disk = makeDisk(0);
    const writer = createLineWriter(disk, {
      content: 'alerts',
      onDropped: never,
      onTurn: () => undefined,
      mostKept: 1_000_000,
    });
    writer.add(alertOf(1));
    writer.close();
    disk.room = Number.POSITIVE_INFINITY;
    writer.flush();
    expect(disk.written).toEqual([]);
  });
});
