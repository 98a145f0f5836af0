import { describe, expect, it } from 'vitest';
import { findWeakness, type Names, type Node, walk } from '../../../src/agent/scripts/safe-script.ts';

interface Entry {
  readonly kind?: Node['kind'];
  readonly uid?: number;
  readonly mode?: number;
  readonly target?: string;
}

/** A file tree made of entries; what is not named is missing. */
function tree(entries: Readonly<Record<string, Entry>>): Names {
  const find = (path: string): Entry => {
    const entry = path === '/' ? {} : entries[path];
    if (entry === undefined) throw Object.assign(new Error(`ENOENT ${path}`), { code: 'ENOENT' });
    return entry;
  };
  return {
    look: (path) => {
      const { kind = 'folder', uid = 0, mode = kind === 'link' ? 0o777 : 0o755 } = find(path);
      return { path, kind, uid, mode, dev: 1n, ino: 1n };
    },
    readLink: (path) => find(path).target ?? '',
  };
}

const good = {
  '/home': {},
  '/home/bin': { mode: 0o750 },
  '/home/bin/a': { kind: 'file', mode: 0o750 },
} as const;

function judge(path: string, entries: Readonly<Record<string, Entry>>): string | undefined {
  return findWeakness(walk(path, tree(entries)));
}

describe('what root may run', () => {
  it('is a file of root in folders of root', () => {
    expect(judge('/home/bin/a', good)).toBeUndefined();
  });

  it('is not what others own or can write, at any height', () => {
    for (const path of ['/home', '/home/bin', '/home/bin/a'] as const) {
      const entry: Entry = good[path];
      expect(judge('/home/bin/a', { ...good, [path]: { ...entry, uid: 1000 } })).toBe(
        `${path} belongs to uid 1000, not to root`,
      );
      for (const mode of [0o775, 0o757]) {
        expect(judge('/home/bin/a', { ...good, [path]: { ...entry, mode } })).toContain(
          `${path} is writable by others`,
        );
      }
    }
  });

  it('may lie below a sticky folder, but must not itself be sticky and writable', () => {
    expect(judge('/home/bin/a', { ...good, '/home': { mode: 0o1777 } })).toBeUndefined();
    expect(judge('/home/bin/a', { ...good, '/home/bin/a': { kind: 'file', mode: 0o1777 } })).toContain('writable');
  });
});

describe('links', () => {
  const link = { '/home/bin/l': { kind: 'link', target: '../../srv/x/real' } } as const;
  const target = { '/srv': {}, '/srv/x': {}, '/srv/x/real': { kind: 'file' } } as const;

  it('are followed, and every folder of the target counts', () => {
    const names = tree({ ...good, ...link, ...target });
    expect(walk('/home/bin/l', names).map(({ path }) => path)).toEqual([
      '/',
      '/home',
      '/home/bin',
      '/home/bin/l',
      '/srv',
      '/srv/x',
      '/srv/x/real',
    ]);
    expect(judge('/home/bin/l', { ...good, ...link, ...target })).toBeUndefined();
    expect(judge('/home/bin/l', { ...good, ...link, ...target, '/srv/x': { mode: 0o777 } })).toContain(
      '/srv/x is writable',
    );
    expect(judge('/home/bin/l', { ...good, ...link, ...target, '/srv/x/real': { kind: 'file', uid: 5 } })).toContain(
      'uid 5',
    );
  });

  it('of others in a sticky folder are refused', () => {
    const entries = { '/tmp': { mode: 0o1777 }, '/tmp/l': { kind: 'link', uid: 1000, target: '/home/bin/a' } } as const;
    expect(judge('/tmp/l', { ...good, ...entries })).toBe('/tmp/l belongs to uid 1000, not to root');
  });

  it('also count where a folder is one', () => {
    const entries = { '/h': { kind: 'link', target: 'home' }, ...good } as const;
    expect(judge('/h/bin/a', entries)).toBeUndefined();
    expect(judge('/h/bin/a', { ...entries, '/home/bin': { mode: 0o777 } })).toContain('/home/bin is writable');
  });

  it('in a circle end', () => {
    expect(() => walk('/a', tree({ '/a': { kind: 'link', target: '/a' } }))).toThrow('too many links');
  });
});

it('throws where a name is missing', () => {
  expect(() => walk('/home/none', tree(good))).toThrow('ENOENT');
});
