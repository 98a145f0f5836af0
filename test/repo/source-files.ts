// The files of the project and what they import, for tests about the project itself.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Paths from the project's folder, of all files below, sorted. */
export function listFiles(...paths: readonly string[]): string[] {
  return paths.flatMap(listBelow).sort();
}

function listBelow(path: string): string[] {
  const full = join(projectFolder, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [path];
  return readdirSync(full)
    .filter((name) => name !== 'node_modules' && name !== 'dist')
    .flatMap((name) => listBelow(join(path, name)));
}

export function readProjectFile(path: string): string {
  return readFileSync(join(projectFolder, path), 'utf8');
}

export interface Import {
  /** The path of a file of the project, or the name of a package or of a module of Node. */
  readonly target: string;
  /** Gone at run time. */
  readonly typeOnly: boolean;
}

const statement = /^(?:import|export)\s+(type\s)?([^;'"]*?)\s*(?:from\s*)?'([^']+)';/gm;
const dynamic = /\b(?:import|require)\(\s*'([^']+)'\s*\)/g;

export function readImports(path: string): Import[] {
  const text = readProjectFile(path);
  const imports: Import[] = [];
  for (const [, type, names = '', specifier = ''] of text.matchAll(statement)) {
    imports.push({ target: resolveSpecifier(path, specifier), typeOnly: type !== undefined || areTypes(names) });
  }
  for (const [, specifier = ''] of text.matchAll(dynamic)) {
    imports.push({ target: resolveSpecifier(path, specifier), typeOnly: false });
  }
  return imports;
}

/** `{ type A, type B }`. */
function areTypes(names: string): boolean {
  const inner = /^\{(.*)\}$/s.exec(names.trim())?.[1];
  const list =
    inner
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '') ?? [];
  return list.length > 0 && list.every((name) => name.startsWith('type '));
}

function resolveSpecifier(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(projectFolder, join(projectFolder, dirname(from), specifier));
}

/** Without comments and the contents of strings on one line, so that what is merely spoken of is not found. */
export function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}

/** `decide` of `src/decide/bind.ts`. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}
