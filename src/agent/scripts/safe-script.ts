// Decides whether a script may be run: only root may be able to change what root runs.
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorText } from '../../alert/error-text.ts';

/** What is known of one name on the way to a file. */
export interface Node {
  readonly path: string;
  readonly kind: 'folder' | 'file' | 'link' | 'other';
  readonly uid: number;
  /** Permission bits, sticky bit included. */
  readonly mode: number;
  readonly dev: bigint;
  readonly ino: bigint;
}

/** Reads names; never follows a link. Throws what lstat and readlink throw. */
export interface Names {
  look(path: string): Node;
  readLink(path: string): string;
}

const mostLinks = 40;

/**
 * Every name that decides which file `path` is: all folders from the root on, links and the folders of their targets,
 * the file itself last.
 */
export function walk(path: string, names: Names): readonly Node[] {
  const visited: Node[] = [names.look('/')];
  let parts = resolve('/', path).split('/').filter(Boolean);
  let at = '/';
  let links = 0;
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const node = names.look(join(at, part));
    visited.push(node);
    if (node.kind !== 'link') {
      at = node.path;
      continue;
    }
    links += 1;
    if (links > mostLinks) throw new Error(`${path}: too many links`);
    const target = resolve(at, names.readLink(node.path));
    parts = [...target.split('/').filter(Boolean), ...parts];
    at = '/';
  }
  return visited;
}

const groupOrOthersWrite = 0o022;
const sticky = 0o1000;

/** Why root must not run it, or undefined. In a sticky folder only the owner can rename or remove what is there. */
export function findWeakness(nodes: readonly Node[]): string | undefined {
  for (const node of nodes) {
    if (node.uid !== 0) return `${node.path} belongs to uid ${node.uid}, not to root`;
    if (node.kind === 'link') continue;
    const exempt = node.kind === 'folder' && (node.mode & sticky) !== 0;
    if ((node.mode & groupOrOthersWrite) !== 0 && !exempt) {
      return `${node.path} is writable by others than root (mode ${(node.mode & 0o7777).toString(8)})`;
    }
  }
  return undefined;
}

export type ScriptCheck =
  /** The first bytes of the file. */
  { readonly safe: true; readonly head: string } | { readonly safe: false; readonly reason: string };

const headBytes = 256;

/**
 * Checks the file that is there now. What was opened is compared with what the names lead to, and after a yes only root
 * can change either, so executing it by its name afterwards is sound. (Executing the open file instead,
 * /proc/self/fd/N, would need a descriptor that stays open in every script and its children, and change `$0`.)
 * @param asRoot whether the script will run as root; otherwise who may write is not asked.
 */
export function checkScript(path: string, asRoot: boolean): ScriptCheck {
  let fd: number | undefined;
  try {
    // Non-blocking, so that a named pipe does not hold us up.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const opened = fstatSync(fd, { bigint: true });
    const reason = judge(path, opened, asRoot);
    return reason === undefined ? { safe: true, head: readHead(fd) } : { safe: false, reason };
  } catch (error) {
    return { safe: false, reason: explain(path, error) };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

interface Opened {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mode: bigint;
  isFile(): boolean;
}

function judge(path: string, opened: Opened, asRoot: boolean): string | undefined {
  if (!opened.isFile()) return `${path} is not a file`;
  if ((Number(opened.mode) & 0o111) === 0) return `${path} is not executable (chmod 750)`;
  if (!asRoot) return undefined;
  const nodes = walk(path, systemNames);
  const last = nodes.at(-1);
  if (last === undefined || last.dev !== opened.dev || last.ino !== opened.ino) {
    return `${path} was replaced while it was being checked`;
  }
  return findWeakness(nodes);
}

function readHead(fd: number): string {
  const buffer = Buffer.alloc(headBytes);
  return buffer.toString('latin1', 0, readSync(fd, buffer, 0, headBytes, 0));
}

function explain(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `${path} does not exist`;
  if (code === 'EACCES') return `${path}: no permission`;
  return errorText(error);
}

const systemNames: Names = {
  readLink: (path) => readlinkSync(path),
  look: (path) => {
    const stat = lstatSync(path, { bigint: true });
    const kind = stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : stat.isSymbolicLink() ? 'link' : 'other';
    return { path, kind, uid: Number(stat.uid), mode: Number(stat.mode) & 0o7777, dev: stat.dev, ino: stat.ino };
  },
};
