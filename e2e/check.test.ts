// `riposte check` as a process, on broken files: what it prints, word for word, and its exit status.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtInNames } from '../src/respond/registry.ts';

const program = resolve('bin/riposte');
const brokenConfs = resolve('test/config/broken');
const brokenHomes = resolve('test/config/broken-home');
const hasGroup = /^wazuh:/m.test(readFileSync('/etc/group', 'utf8'));
const isRoot = process.getuid?.() === 0;

let folder: string;
let home: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riposte-check-'));
  home = join(folder, 'home');
  for (const name of ['etc/rules', 'etc/decoders', 'active-response/bin', 'ruleset/decoders'])
    mkdirSync(join(home, name), { recursive: true, mode: 0o755 });
  writeFileSync(join(home, 'etc/ossec.conf'), '<ossec_config></ossec_config>\n');
  writeFileSync(
    join(home, 'ruleset/decoders/0005-a.xml'),
    '<decoder name="a"><program_name>^a$</program_name></decoder>\n',
  );
  const scripts = {
    'several.sh': 0o750,
    'several.py': 0o750,
    'plain.sh': 0o640,
    'writable.sh': 0o777,
    'host-deny': 0o750,
  };
  for (const [name, mode] of Object.entries(scripts)) {
    writeFileSync(join(home, 'active-response/bin', name), '#!/bin/sh\n');
    chmodSync(join(home, 'active-response/bin', name), mode);
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function check(...words: string[]): { status: number | null; lines: string[] } {
  const { status, stdout } = spawnSync(process.execPath, [program, 'check', ...words, '--home', home], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  return { status, lines: stdout.split('\n').filter((line) => line !== '') };
}

/** On a host without the group, this is the one line more. */
function withoutGroupLine({ lines }: { lines: string[] }): string[] {
  const rest = lines.filter((line) => !line.includes('there is no group "wazuh"'));
  expect(lines.length - rest.length).toBe(hasGroup ? 0 : 1);
  return rest;
}

function readExpected(path: string): string[] {
  const text = readFileSync(`${path.slice(0, -extname(path).length)}.expected`, 'utf8');
  return text.split('\n').filter((line) => line !== '');
}

const statusFor = (lines: readonly string[]): number => (lines.every((line) => line.includes(': warning: ')) ? 0 : 1);

describe('riposte check of a broken ossec.conf', () => {
  const names = readdirSync(brokenConfs).filter((name) => name.endsWith('.conf'));
  const own = builtInNames();

  it.each(names)('%s', (name) => {
    const path = join(brokenConfs, name);
    const expected = readExpected(path)
      // Only what runs as root is asked who else can change it.
      .filter((line) => isRoot || !line.includes('can be written by everybody'))
      .map((line) =>
        line
          .replace(`${name}:`, `${path}:`)
          .replaceAll('/home/', `${home}/`)
          .replace('(firewall-drop, host-deny)', `(${own.join(', ')})`),
      );
    const result = check(path);
    expect(withoutGroupLine(result)).toEqual(expected);
    expect(result.status).toBe(statusFor(expected));
  });
});

describe('riposte check of a home with a broken file', () => {
  const names = readdirSync(brokenHomes).filter((name) => !name.endsWith('.expected'));
  const places: Readonly<Record<string, (name: string) => string>> = {
    conf: () => 'etc/ossec.conf',
    decoders: (name) => `etc/decoders/${name}`,
    rules: (name) => `etc/rules/${name}`,
    settings: () => 'etc/riposte.yaml',
  };

  it('has rules, decoders, settings and the configuration itself', () => {
    const kinds = new Set(names.map((name) => name.split('-')[0]));
    expect([...kinds].sort()).toEqual(Object.keys(places));
    expect(names.length).toBeGreaterThanOrEqual(12);
  });

  it.each(names)('%s', (name) => {
    const place = places[name.split('-')[0] ?? '']?.(name) ?? '';
    cpSync(brokenHomes, join(home, 'fixtures'), { recursive: true });
    cpSync(join(brokenHomes, name), join(home, place));
    const expected = readExpected(join(brokenHomes, name)).map((line) => line.replaceAll('HOME', home));
    const result = check();
    expect(withoutGroupLine(result)).toEqual(expected);
    expect(result.status).toBe(statusFor(expected));
  });

  it('prints the same as JSON', () => {
    writeFileSync(join(home, 'etc/riposte.yaml'), 'observe: maybe\n');
    const { status, lines } = check('--json');
    expect(status).toBe(1);
    expect(JSON.parse(lines.join('\n'))).toContainEqual({
      severity: 'error',
      position: { file: join(home, 'etc/riposte.yaml'), line: 1, column: 10 },
      message: 'observe has "maybe"; it must be true or false.',
    });
  });

  it('says so where there is none', () => {
    const { status, lines } = check();
    expect(status).toBe(0);
    if (hasGroup) expect(lines).toEqual([`${join(home, 'etc/ossec.conf')}: no problem found`]);
  });
});
