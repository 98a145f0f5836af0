// Broken files, each with what `check` tells of it, word for word.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkHome } from '../../src/config/check.ts';
import { formatProblem } from '../../src/config/position.ts';
import { createModelFiles } from './model-files.ts';

const folder = join(import.meta.dirname, 'broken');
const names = readdirSync(folder).filter((name) => name.endsWith('.conf'));
const bin = '/home/active-response/bin';

function check(name: string): string {
  const problems = checkHome({
    home: '/home',
    confFile: name,
    files: createModelFiles({
      [name]: { text: readFileSync(join(folder, name), 'utf8') },
      '/etc/group': { text: 'root:x:0:\nwazuh:x:999:\n' },
      [`${bin}/several.sh`]: {},
      [`${bin}/several.py`]: {},
      [`${bin}/plain.sh`]: { mode: 0o640 },
      [`${bin}/writable.sh`]: { mode: 0o777 },
      '/home/ruleset/decoders/0005-a.xml': {},
    }),
    builtIns: ['firewall-drop', 'host-deny'],
    asRoot: true,
  });
  return problems.map((problem) => `${formatProblem(problem)}\n`).join('');
}

describe('broken files', () => {
  it('are a dozen and more', () => {
    expect(names.length).toBeGreaterThanOrEqual(12);
  });

  it.each(names)('%s', (name) => {
    expect(check(name)).toBe(readFileSync(join(folder, name.replace(/\.conf$/, '.expected')), 'utf8'));
  });
});
