// Which files a pattern names now, as glob(3): `*`, `?` and `[…]` within one part of the path.
import { readdirSync, statSync } from 'node:fs';
import { join, parse, sep } from 'node:path';

export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/** One part of a path as a regular expression over names. A `[` without its `]` is itself. A leading dot must be written. */
export function compilePart(part: string): RegExp {
  let source = '';
  for (let at = 0; at < part.length; at++) {
    const char = part[at] ?? '';
    const end = char === '[' ? part.indexOf(']', at + (/^[!^]/.test(part.slice(at + 1)) ? 3 : 2)) : -1;
    if (char === '*') source += '.*';
    else if (char === '?') source += '.';
    else if (end > 0) {
      source += classOf(part.slice(at + 1, end));
      at = end;
    } else source += escapeChar(char);
  }
  return new RegExp(part.startsWith('.') ? `^${source}$` : `^(?!\\.)${source}$`, 's');
}

function classOf(inner: string): string {
  const negated = /^[!^]/.test(inner);
  const body = (negated ? inner.slice(1) : inner).replaceAll(/[\\\]^[]/g, '\\$&');
  return `[${negated ? '^' : ''}${body}]`;
}

const escapeChar = (char: string): string => (/[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char);

/** Paths of the regular files that an absolute pattern names, in order. What cannot be read is left out. */
export function expandPattern(pattern: string, most: number): string[] {
  const { root } = parse(pattern);
  const parts = pattern
    .slice(root.length)
    .split(sep)
    .filter((part) => part !== '');
  let paths = [root];
  for (const [index, part] of parts.entries()) {
    paths = paths.flatMap((path) => (isPattern(part) ? namesIn(path, compilePart(part)) : [join(path, part)]));
    if (index < parts.length - 1) paths = paths.filter((path) => !isPattern(part) || isFolder(path));
  }
  return paths.filter(isFile).sort().slice(0, most);
}

function namesIn(folder: string, wanted: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => wanted.test(name))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
