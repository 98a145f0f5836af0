import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foreignInstallation, homePaths, layOutHome } from '../../src/manager/home.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riposte-home-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the home', () => {
  it('is laid out with the folders and modes of the contract', () => {
    const paths = homePaths(join(folder, 'home'));
    expect(layOutHome(paths, '<ossec_config></ossec_config>', undefined)).toBe(true);
    const mode = (name: string): string => (statSync(join(paths.home, name)).mode & 0o777).toString(8);
    expect(mode('active-response/bin')).toBe('750');
    expect(mode('etc')).toBe('770');
    expect(mode('var/run')).toBe('700');
    expect(mode('var/riposte')).toBe('700');
    expect(mode('etc/ossec.conf')).toBe('640');
    expect(readFileSync(paths.responsesLog, 'utf8')).toBe('');
  });

  it('keeps a configuration that is there', () => {
    const paths = homePaths(folder);
    mkdirSync(join(folder, 'etc'));
    writeFileSync(paths.conf, 'mine');
    expect(layOutHome(paths, 'default', undefined)).toBe(false);
    expect(readFileSync(paths.conf, 'utf8')).toBe('mine');
  });

  it('puts the socket of a long home under a short path, each home its own', () => {
    const long = (end: string): string => homePaths(`/srv/${'x'.repeat(100)}${end}`).socket;
    expect(long('a')).toMatch(/^\/run\/riposte\/[0-9a-f]{24}\/riposte\.sock$/);
    expect(long('a')).not.toBe(long('b'));
    expect(homePaths('/var/ossec').socket).toBe('/var/ossec/var/run/riposte.sock');
  });

  it('writes nothing into the home of another program', () => {
    const paths = homePaths('/var/ossec', { state: '/var/lib/riposte', logs: '/var/log/riposte' });
    const written = [
      paths.settings,
      paths.alerts,
      paths.responsesLog,
      paths.journal,
      paths.database,
      paths.lock,
      paths.socket,
    ];
    expect(written.filter((path) => path.startsWith('/var/ossec'))).toEqual([]);
  });

  it('knows another installation by its control program', () => {
    expect(foreignInstallation(folder)).toBeUndefined();
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/wazuh-control'), '');
    expect(foreignInstallation(folder)).toBe(join(folder, 'bin/wazuh-control'));
  });
});
