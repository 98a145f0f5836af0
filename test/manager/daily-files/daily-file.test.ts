import { chmodSync, linkSync, mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AlertFolder, alertOf, at, errorOf, fileOf as file, refusing, useAlertFolder } from './alert-folder.ts';

let alerts: AlertFolder;
useAlertFolder((folder) => {
  alerts = folder;
});

describe('alerts.json', () => {
  it('is the file of the day, and from midnight on that of the next', () => {
    alerts.start();
    alerts.write(1, 2);
    expect(alerts.isSame('alerts.json', file(24))).toBe(true);
    alerts.setClock(at(25, 0, 0) - 1);
    alerts.write(3);
    alerts.setClock(at(25, 0, 0));
    alerts.write(4);
    expect(alerts.isSame('alerts.json', file(25))).toBe(true);
    expect(alerts.ids(file(24))).toEqual([1, 2, 3]);
    expect(alerts.ids('alerts.json')).toEqual([4]);
    expect(alerts.told).toEqual([]);
  });

  it('has a file for a day without alerts too, and the month and year of the day', () => {
    alerts.nowMs = new Date(2026, 11, 31, 23, 59).getTime();
    alerts.start();
    alerts.setClock(new Date(2027, 0, 1).getTime());
    alerts.setClock(new Date(2027, 0, 2).getTime());
    expect(alerts.names()).toEqual([
      '2026/Dec/ossec-alerts-31.json',
      '2027/Jan/ossec-alerts-01.json',
      '2027/Jan/ossec-alerts-02.json',
      'alerts.json',
    ]);
    expect(alerts.isSame('alerts.json', '2027/Jan/ossec-alerts-02.json')).toBe(true);
  });

  it('is never without a file: who opens it by its name finds one after each step', () => {
    const calls: string[] = [];
    alerts.disk = refusing((call) => {
      if (statSync(alerts.path, { throwIfNoEntry: false }) === undefined) calls.push(call);
    });
    alerts.start();
    alerts.write(1);
    calls.length = 0;
    alerts.setClock(at(25));
    alerts.write(2);
    expect(calls).toEqual([]);
  });

  it('goes on by its file at the next start on the same day', async () => {
    alerts.start();
    alerts.write(1);
    await alerts.stop();
    alerts.setClock(at(24, 18));
    alerts.start();
    alerts.write(2);
    expect(alerts.names()).toEqual([file(24), 'alerts.json']);
    expect(alerts.ids('alerts.json')).toEqual([1, 2]);
  });

  it('is filed by the day of its last alert after days without a service', async () => {
    alerts.start();
    alerts.write(1);
    await alerts.stop();
    alerts.nowMs = at(27);
    alerts.start();
    alerts.write(2);
    expect(alerts.names()).toEqual([file(24), file(27), 'alerts.json']);
    expect(alerts.ids(file(24))).toEqual([1]);
    expect(alerts.ids('alerts.json')).toEqual([2]);
  });

  it('that an earlier version left is the file of the day of its last alert', () => {
    for (const [day, expected] of [
      [24, [file(24), 'alerts.json']],
      [22, [file(22), file(24), 'alerts.json']],
    ] as const) {
      const old = new AlertFolder();
      writeFileSync(old.path, `${JSON.stringify(alertOf(1))}\n`);
      utimesSync(old.path, at(day) / 1000, at(day) / 1000);
      old.start();
      old.write(2);
      expect(old.names()).toEqual(expected);
      expect(old.allIds()).toEqual([1, 2]);
      old.remove();
    }
  });

  it('loses the start of a line whose rest a crash has kept back, and no other', () => {
    const text = `${JSON.stringify(alertOf(1, 'y'.repeat(200_000)))}\n`;
    for (const [rest, kept] of [
      ['{"timestamp":"', [1, 2]],
      ['', [1, 2]],
    ] as const) {
      alerts.put(text + rest);
      alerts.start();
      alerts.write(2);
      expect(alerts.ids('alerts.json')).toEqual(kept);
      alerts.kill();
    }
    alerts.put('x'.repeat(200_000));
    alerts.start();
    expect(alerts.text('alerts.json')).toBe('');
  });

  it('keeps who may read it, day by day', () => {
    alerts.put('');
    chmodSync(alerts.path, 0o604);
    alerts.start();
    alerts.setClock(at(25));
    expect(statSync(alerts.path).mode & 0o777).toBe(0o604);
    expect(statSync(join(alerts.logs, '2026/Nov')).mode & 0o777).toBe(0o750);
  });

  it('new, is read by its owner and its group', () => {
    alerts.start();
    expect(statSync(alerts.path).mode & 0o777).toBe(0o640);
  });

  it('that is a symbolic link is left one, and told of', () => {
    const elsewhere = join(alerts.folder, 'elsewhere.json');
    writeFileSync(elsewhere, '');
    symlinkSync(elsewhere, alerts.path);
    alerts.start();
    alerts.write(1);
    alerts.setClock(at(25));
    alerts.write(2);
    expect(alerts.names()).toEqual(['alerts.json']);
    expect(alerts.ids('alerts.json')).toEqual([1, 2]);
    expect(alerts.told).toEqual([expect.stringContaining('not a regular file')]);
  });

  it('grows on where that is wanted', () => {
    alerts.start('none');
    alerts.write(1);
    alerts.setClock(at(25));
    alerts.write(2);
    expect(alerts.names()).toEqual(['alerts.json']);
    expect(alerts.ids('alerts.json')).toEqual([1, 2]);
  });

  it('is found again among the days though somebody links it elsewhere', async () => {
    alerts.put(`${JSON.stringify(alertOf(1))}\n`);
    utimesSync(alerts.path, at(20) / 1000, at(20) / 1000);
    linkSync(alerts.path, join(alerts.folder, 'copy'));
    alerts.start();
    expect(alerts.ids(file(20))).toEqual([1]);
  });
});

describe('a clock that is set', () => {
  it('back over midnight adds to the file of that day', () => {
    alerts.start();
    alerts.write(1);
    alerts.setClock(at(25));
    alerts.write(2);
    alerts.setClock(at(24, 23));
    alerts.write(3);
    alerts.setClock(at(25, 1));
    alerts.write(4);
    expect(alerts.ids(file(24))).toEqual([1, 3]);
    expect(alerts.ids(file(25))).toEqual([2, 4]);
    expect(alerts.names()).toHaveLength(3);
  });

  it('back over midnight to a day that is compressed makes another part', async () => {
    alerts.start();
    alerts.write(1);
    alerts.setClock(at(25));
    alerts.write(2);
    await alerts.tidy();
    const before = alerts.text(file(24, '.json.gz'));
    alerts.setClock(at(24, 23));
    alerts.write(3);
    expect(alerts.isSame('alerts.json', file(24, '-001.json'))).toBe(true);
    expect(alerts.ids(file(25))).toEqual([2]);
    alerts.setClock(at(25, 0, 1));
    alerts.write(4);
    await alerts.tidy();
    expect(alerts.text(file(24, '.json.gz'))).toBe(before);
    expect(alerts.ids(file(24, '-001.json.gz'))).toEqual([3]);
    expect(alerts.ids('alerts.json')).toEqual([2, 4]);
    expect(alerts.text(file(24, '-001.json.sum'))).toContain('(logs/alerts/2026/Nov/ossec-alerts-24.json.sum) = ');
  });
});

describe('where the day cannot be changed', () => {
  it('alerts go on to the file before; it is told once, and done when it can be', () => {
    let isFull = false;
    alerts.disk = refusing((call, path) => {
      if (isFull && call === 'openAppend' && String(path).includes('25')) throw errorOf('ENOSPC');
    });
    const { writer } = alerts.start();
    alerts.write(1);
    isFull = true;
    alerts.setClock(at(25));
    alerts.write(2);
    alerts.write(3);
    expect(alerts.told).toEqual([expect.stringContaining('ENOSPC')]);
    expect(writer.troubles()).toEqual(alerts.told);
    expect(alerts.ids('alerts.json')).toEqual([1, 2, 3]);
    isFull = false;
    alerts.write(4);
    expect(alerts.told[1]).toContain('have a file of their own now');
    expect(writer.troubles()).toEqual([]);
    expect(alerts.ids(file(24))).toEqual([1, 2, 3]);
    expect(alerts.ids('alerts.json')).toEqual([4]);
  });

  it('a start goes on too', () => {
    writeFileSync(join(alerts.logs, '2026'), 'no folder');
    alerts.start();
    alerts.write(1);
    expect(alerts.ids('alerts.json')).toEqual([1]);
    expect(alerts.told).toHaveLength(1);
  });

  it('a line that the disk took a part of is finished in the file where it was begun', () => {
    let room = Number.POSITIVE_INFINITY;
    const disk = alerts.disk;
    alerts.disk = {
      ...disk,
      write: (descriptor, bytes) => {
        if (room === 0) throw errorOf('ENOSPC');
        const count = disk.write(descriptor, bytes.subarray(0, Math.min(room, bytes.length)));
        room -= count;
        return count;
      },
    };
    alerts.start();
    alerts.write(1);
    room = 10;
    alerts.write(2, 3);
    alerts.nowMs = at(25);
    room = Number.POSITIVE_INFINITY;
    alerts.write(4);
    expect(alerts.ids(file(24))).toEqual([1, 2]);
    expect(alerts.ids(file(25))).toEqual([3, 4]);
  });
});

describe.each(['EPERM', 'ENOTSUP'])('a disk whose links are refused with %s', (code) => {
  beforeEach(() => {
    alerts.disk = refusing((call) => {
      if (call === 'link') throw errorOf(code);
    });
  });

  it('has alerts.json renamed at midnight', async () => {
    alerts.start();
    alerts.write(1);
    expect(alerts.names()).toEqual(['alerts.json']);
    alerts.setClock(at(25));
    alerts.write(2);
    expect(alerts.ids(file(24))).toEqual([1]);
    expect(alerts.ids('alerts.json')).toEqual([2]);
    expect(alerts.told).toEqual([expect.stringContaining('no hard links')]);
    await alerts.tidy();
    expect(alerts.names()).toEqual([file(24, '.json.gz'), file(24, '.json.sum'), 'alerts.json']);
    await alerts.stop();
    alerts.nowMs = at(27);
    alerts.start();
    alerts.write(3);
    expect(alerts.ids(file(25))).toEqual([2]);
    expect(alerts.ids('alerts.json')).toEqual([3]);
  });

  it('goes on after a kill between the two names', () => {
    alerts.start();
    alerts.write(1);
    alerts.kill();
    mkdirSync(join(alerts.logs, '2026/Nov'), { recursive: true });
    alerts.disk.rename(alerts.path, join(alerts.logs, file(24)));
    writeFileSync(`${alerts.path}.new`, '');
    alerts.nowMs = at(25);
    alerts.start();
    alerts.write(2);
    expect(alerts.names()).toEqual([file(24), 'alerts.json']);
    expect(alerts.allIds()).toEqual([1, 2]);
  });
});
