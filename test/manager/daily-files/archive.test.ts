import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { systemLogDisk } from '../../../src/manager/daily-files/disk.ts';
import { AlertFolder, alertOf, at, errorOf, fileOf as file, refusing, useAlertFolder } from './alert-folder.ts';

let alerts: AlertFolder;
useAlertFolder((folder) => {
  alerts = folder;
});
const line = (id: number): string => `${JSON.stringify(alertOf(id))}\n`;

function digestsOf(name: string, label: string): string {
  const bytes = name.endsWith('.gz') ? Buffer.from(alerts.text(name)) : readFileSync(join(alerts.logs, name));
  const [md5, sha1, sha256] = ['md5', 'sha1', 'sha256'].map((kind) => createHash(kind).update(bytes).digest('hex'));
  return `MD5  (${label}) = ${md5}\nSHA1 (${label}) = ${sha1}\nSHA256 (${label}) = ${sha256}\n`;
}

/** Days 22 and 23, and day 24 running. */
async function runThreeDays(): Promise<void> {
  alerts.nowMs = at(22);
  alerts.start();
  alerts.write(1);
  alerts.setClock(at(23));
  alerts.write(2, 3);
  await alerts.tidy();
  alerts.setClock(at(24));
  alerts.write(4);
  await alerts.tidy();
}

describe('a day that is over', () => {
  it('is compressed, and what is done stays so', async () => {
    await runThreeDays();
    const names = [22, 23].flatMap((day) => [file(day, '.json.gz'), file(day, '.json.sum')]);
    expect(alerts.names()).toEqual([...names, file(24), 'alerts.json']);
    expect([22, 23].map((day) => alerts.ids(file(day, '.json.gz')))).toEqual([[1], [2, 3]]);
    const before = names.map((name) => statSync(join(alerts.logs, name)).mtimeMs);
    await alerts.stop();
    alerts.start();
    await alerts.tidy();
    expect(names.map((name) => statSync(join(alerts.logs, name)).mtimeMs)).toEqual(before);
    expect(alerts.told).toEqual([]);
  });

  it('waits ten seconds for those who read it', async () => {
    alerts.start();
    alerts.setClock(at(25, 0, 0));
    expect(alerts.names()).toContain(file(24));
    await alerts.tidy();
    expect(alerts.names()).toContain(file(24, '.json.gz'));
  });

  it('has its checksums beside it, chained to those of the day before', async () => {
    await runThreeDays();
    const none = 'logs/alerts/2026/Nov/ossec-alerts-21.json.sum';
    expect(alerts.text(file(22, '.json.sum'))).toBe(
      `Current checksum:\n${digestsOf(file(22, '.json.gz'), 'logs/alerts/2026/Nov/ossec-alerts-22')}\n` +
        `Chained checksum:\nMD5  (${none}) = none\nSHA1 (${none}) = none\nSHA256 (${none}) = none\n\n`,
    );
    expect(alerts.text(file(23, '.json.sum'))).toBe(
      `Current checksum:\n${digestsOf(file(23, '.json.gz'), 'logs/alerts/2026/Nov/ossec-alerts-23')}\n` +
        `Chained checksum:\n${digestsOf(file(22, '.json.sum'), 'logs/alerts/2026/Nov/ossec-alerts-22.json.sum')}\n`,
    );
  });

  it('is read by those who could read it before', async () => {
    alerts.start();
    alerts.write(1);
    chmodSync(alerts.path, 0o604);
    alerts.setClock(at(25));
    await alerts.tidy();
    const modes = ['.json.gz', '.json.sum'].map((more) => statSync(join(alerts.logs, file(24, more))).mode & 0o777);
    expect(modes).toEqual([0o604, 0o604]);
  });

  it('is compressed after a service was down over several midnights', async () => {
    alerts.nowMs = at(20);
    alerts.start();
    alerts.write(1);
    alerts.kill();
    alerts.nowMs = at(24);
    alerts.start();
    await alerts.tidy();
    expect(alerts.names()).toEqual([file(20, '.json.gz'), file(20, '.json.sum'), file(24), 'alerts.json']);
  });

  it('is not one that is still to come by the clock', async () => {
    alerts.start();
    alerts.write(1);
    alerts.setClock(at(27));
    alerts.write(2);
    alerts.setClock(at(25));
    alerts.write(3);
    await alerts.tidy();
    expect(alerts.names()).toEqual([file(24, '.json.gz'), file(24, '.json.sum'), file(25), file(27), 'alerts.json']);
    alerts.setClock(at(27, 13));
    alerts.write(4);
    expect(alerts.ids('alerts.json')).toEqual([2, 4]);
  });

  it('leaves files alone that are nobody\u2019s day', async () => {
    for (const name of [
      '2026/Nov/ossec-alerts-20.log',
      '2026/Nov/notes.json',
      'old/Nov/ossec-alerts-20.json',
      '2026/x',
    ]) {
      mkdirSync(join(alerts.logs, name, '..'), { recursive: true });
      writeFileSync(join(alerts.logs, name), 'x');
    }
    const before = alerts.names();
    alerts.start();
    await alerts.tidy();
    expect(alerts.names()).toEqual([...before, file(24), 'alerts.json'].sort());
  });
});

describe('a day that has both files', () => {
  function layOut(plain: string, compressed: Buffer): void {
    mkdirSync(join(alerts.logs, '2026/Nov'), { recursive: true });
    writeFileSync(join(alerts.logs, file(20)), plain);
    writeFileSync(join(alerts.logs, file(20, '.json.gz')), compressed);
  }

  it('loses the plain one where it is the same', async () => {
    layOut(line(1), gzipSync(line(1)));
    alerts.start();
    await alerts.tidy();
    expect(alerts.names()).toEqual([file(20, '.json.gz'), file(24), 'alerts.json']);
  });

  it.each([
    ['other alerts', gzipSync(line(1))],
    ['nothing that can be read', Buffer.from('no gzip')],
  ])('keeps both where the compressed one has %s', async (_, compressed) => {
    layOut(line(2), compressed);
    alerts.start();
    await alerts.tidy();
    expect(readFileSync(join(alerts.logs, file(20, '.json.gz')))).toEqual(compressed);
    expect(alerts.ids(file(20, '-001.json.gz'))).toEqual([2]);
    expect(alerts.names()).not.toContain(file(20));
  });
});

describe('a disk that is full while a day is compressed', () => {
  it('keeps the plain file, tells it once, and is tried again at the next housekeeping', async () => {
    let isFull = true;
    alerts.disk = {
      ...systemLogDisk,
      compress: async (from, to, signal) => {
        writeFileSync(to, 'a part');
        if (isFull) throw errorOf('ENOSPC');
        return await systemLogDisk.compress(from, to, signal);
      },
    };
    const { writer } = alerts.start();
    alerts.write(1);
    alerts.setClock(at(25));
    alerts.write(2);
    await alerts.tidy();
    await alerts.retry();
    expect(alerts.told).toEqual([expect.stringContaining('cannot be compressed and stay as they are, trying again')]);
    expect(writer.troubles()).toEqual(alerts.told);
    expect(alerts.names()).toEqual([file(24), file(25), 'alerts.json']);
    isFull = false;
    await alerts.retry();
    expect(alerts.told[1]).toContain('compressed again');
    expect(writer.troubles()).toEqual([]);
    expect(alerts.ids(file(24, '.json.gz'))).toEqual([1]);
    expect(alerts.ids('alerts.json')).toEqual([2]);
  });

  it('keeps the order: no later day is compressed before it', async () => {
    for (const day of [20, 21]) {
      mkdirSync(join(alerts.logs, '2026/Nov'), { recursive: true });
      writeFileSync(join(alerts.logs, file(day)), line(day));
    }
    alerts.disk = refusing((call, path) => {
      if (call === 'compress' && String(path).includes('20.json')) throw errorOf('ENOSPC');
    });
    alerts.start();
    await alerts.tidy();
    expect(alerts.names()).toEqual([file(20), file(21), file(24), 'alerts.json']);
  });
});

describe('while a day is compressed', () => {
  /** Does something when the compressed copy is ready and nothing has become of it yet. */
  function whenCompressed(act: () => void): void {
    alerts.disk = {
      ...systemLogDisk,
      compress: async (...all) => {
        const content = await systemLogDisk.compress(...all);
        act();
        return content;
      },
    };
  }

  it('a clock set back to it brings its alerts to the plain file, and none is lost', async () => {
    whenCompressed(() => {
      alerts.setClock(at(24, 23));
      alerts.write(3);
    });
    alerts.start();
    alerts.write(1);
    alerts.setClock(at(25));
    alerts.write(2);
    await alerts.tidy();
    expect(alerts.ids('alerts.json')).toEqual([1, 3]);
    alerts.disk = systemLogDisk;
    alerts.setClock(at(25, 13));
    alerts.write(4);
    await alerts.stop();
    alerts.start();
    await alerts.tidy();
    expect(alerts.ids(file(24, '.json.gz'))).toEqual([1, 3]);
    expect(alerts.ids('alerts.json')).toEqual([2, 4]);
  });

  it('a stop gives up, and the next start does it', async () => {
    let stopped: Promise<void> | undefined;
    alerts.disk = {
      ...systemLogDisk,
      compress: async (from, to, signal) => {
        stopped = alerts.stop();
        return await systemLogDisk.compress(from, to, signal);
      },
    };
    alerts.start();
    alerts.write(1);
    alerts.setClock(at(25));
    await alerts.tidy();
    await stopped;
    expect(alerts.names()).toEqual([file(24), file(25), 'alerts.json']);
    expect(alerts.told).toEqual([]);
    alerts.disk = systemLogDisk;
    alerts.start();
    await alerts.tidy();
    expect(alerts.ids(file(24, '.json.gz'))).toEqual([1]);
  });

  it('a large file is read piece by piece', async () => {
    const big = join(alerts.folder, 'big.json');
    writeFileSync(big, `${'{"rule":{"id":"5710"}}'.repeat(1000)}\n`.repeat(1000));
    let turns = 0;
    let isDone = false;
    const counting = (async () => {
      for (; !isDone; turns += 1) await new Promise((go) => setImmediate(go));
    })();
    const content = await systemLogDisk.compress(big, `${big}.gz`, new AbortController().signal);
    isDone = true;
    await counting;
    expect(content.bytes).toBe(statSync(big).size);
    // 22 MB in chunks of 64 KiB: other work has its turn between them.
    expect(turns).toBeGreaterThan(200);
  });
});

describe('a service killed between any two steps', () => {
  class Killed extends Error {}

  /** Two midnights, a day that is compressed, and an alerts.json of an earlier version to begin with. */
  async function live(): Promise<void> {
    alerts.nowMs = at(22);
    alerts.put(line(1));
    utimesSync(alerts.path, at(20) / 1000, at(20) / 1000);
    alerts.start();
    alerts.write(2);
    alerts.setClock(at(23));
    alerts.write(3);
    await alerts.tidy();
    alerts.setClock(at(24));
    alerts.write(4);
    await alerts.tidy();
  }

  /** True where it died. A step that was begun has left a part of what it makes. */
  async function liveUntil(step: number, hasLinks: boolean): Promise<boolean> {
    let left = step;
    let isDead = false;
    const dying = refusing((call, path) => {
      if (!hasLinks && call === 'link') throw errorOf('EPERM');
      if (call === 'stat' || call === 'list') return;
      left -= 1;
      if (left > 0 && !isDead) return;
      if (!isDead && call === 'compress') writeFileSync(`${String(path)}.gz.new`, 'a part');
      isDead = true;
      throw new Killed('killed');
    });
    alerts.disk = dying;
    await live().catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    alerts.kill();
    return isDead;
  }

  it.each([true, false])(
    'finishes it at the next start, loses nothing and doubles nothing; hard links: %s',
    async (hasLinks) => {
      let step = 1;
      for (; ; step += 1) {
        const dies = await liveUntil(step, hasLinks);
        const before = alerts.allIds();
        alerts.disk = hasLinks
          ? systemLogDisk
          : refusing((call) => {
              if (call === 'link') throw errorOf('EPERM');
            });
        alerts.nowMs = at(25);
        alerts.start();
        alerts.write(9);
        await alerts.tidy();
        await alerts.stop();
        const names = alerts.names();
        expect(
          names.filter((name) => name.endsWith('.new')),
          `step ${step}`,
        ).toEqual([]);
        expect(alerts.allIds(), `step ${step}`).toEqual([...new Set(before), 9]);
        expect(alerts.ids('alerts.json'), `step ${step}`).toEqual([9]);
        const plain = names.filter((name) => /^2026.*\.json$/.test(name));
        expect(plain, `step ${step}`).toEqual(hasLinks ? [file(25)] : []);
        for (const name of names.filter((each) => each.endsWith('.gz')))
          expect(names, `step ${step}`).toContain(name.replace('.gz', '.sum'));
        if (!dies) break;
        alerts.remove();
        alerts = new AlertFolder();
      }
      expect(step).toBeGreaterThan(25);
    },
  );
});
