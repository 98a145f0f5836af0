import { describe, expect, it } from 'vitest';
import { resolveExecutable } from '../../src/config/resolve-executable.ts';

const builtIns = ['firewall-drop', 'host-deny'];

describe('what an executable means', () => {
  it('is the file of exactly that name, also where others share the stem', () => {
    const files = ['ban', 'ban.py', 'ban.sh'];
    expect(resolveExecutable('ban', files, builtIns)).toEqual({ kind: 'script', file: 'ban' });
    expect(resolveExecutable('ban.py', files, builtIns)).toEqual({ kind: 'script', file: 'ban.py' });
  });

  it('is the one file that has it as its stem', () => {
    expect(resolveExecutable('ban', ['ban.sh', 'banner.sh'], builtIns)).toEqual({ kind: 'script', file: 'ban.sh' });
    expect(resolveExecutable('ban.tar', ['ban.tar.gz'], builtIns)).toEqual({ kind: 'script', file: 'ban.tar.gz' });
  });

  it('is ambiguous where several files share the stem', () => {
    const found = resolveExecutable('ban', ['ban.sh', 'ban.py'], builtIns);
    expect(found).toEqual({ kind: 'ambiguous', files: ['ban.py', 'ban.sh'] });
  });

  it('is the built-in where no file has the name, and the file where one has', () => {
    expect(resolveExecutable('firewall-drop', [], builtIns)).toEqual({ kind: 'built-in', name: 'firewall-drop' });
    expect(resolveExecutable('firewall-drop', ['firewall-drop.sh'], builtIns)).toEqual({
      kind: 'script',
      file: 'firewall-drop.sh',
    });
  });

  it('is missing otherwise; a hidden file has no stem', () => {
    expect(resolveExecutable('ban', ['Ban', '.ban', 'ban2'], builtIns)).toEqual({ kind: 'missing' });
    expect(resolveExecutable('', ['.sh'], builtIns)).toEqual({ kind: 'missing' });
  });
});
