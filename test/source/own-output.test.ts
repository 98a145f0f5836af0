import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuseOwnOutput } from '../../src/source/own-output.ts';
import { makeFolder } from './collect.ts';

let folder: { path: string; remove(): void };
let alerts: string;
beforeEach(() => {
  folder = makeFolder();
  mkdirSync(join(folder.path, 'logs', 'alerts'), { recursive: true });
  alerts = join(folder.path, 'logs', 'alerts', 'alerts.json');
});
afterEach(() => folder.remove());

describe('a source that we write ourselves', () => {
  it('is refused, whether it is there yet or not', () => {
    expect(() => refuseOwnOutput(alerts, [alerts])).toThrow(alerts);
    writeFileSync(alerts, '');
    expect(() => refuseOwnOutput(join(folder.path, 'logs/./alerts/../alerts/alerts.json'), [alerts])).toThrow(
      'cannot be a source',
    );
  });

  it('is refused under the name of a link to it or to its folder', () => {
    symlinkSync(join(folder.path, 'logs'), join(folder.path, 'link'));
    expect(() => refuseOwnOutput(join(folder.path, 'link/alerts/alerts.json'), [alerts])).toThrow(`as ${alerts}`);
    symlinkSync(alerts, join(folder.path, 'file-link'));
    expect(() => refuseOwnOutput(join(folder.path, 'file-link'), [alerts])).toThrow(`as ${alerts}`);
    writeFileSync(alerts, '');
    linkSync(alerts, join(folder.path, 'hard-link'));
    expect(() => refuseOwnOutput(join(folder.path, 'hard-link'), [alerts])).toThrow(`as ${alerts}`);
  });

  it('may be the log of the responses', () => {
    const log = join(folder.path, 'logs', 'active-responses.log');
    expect(() => refuseOwnOutput(log, [alerts, log])).not.toThrow();
    const elsewhere = join(folder.path, 'active-responses.log');
    expect(() => refuseOwnOutput(elsewhere, [elsewhere])).toThrow('cannot be a source');
  });

  it('is not just any file', () => {
    expect(() => refuseOwnOutput(join(folder.path, 'auth.log'), [alerts])).not.toThrow();
  });
});
