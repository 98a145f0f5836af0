// Whether somebody other than root could change what a script of root does. // semantics "Running scripts"
import { posix } from 'node:path';
import type { HomeFiles } from './home-files.ts';

const ownerRoot = 0;
const groupWrite = 0o020;
const otherWrite = 0o002;
const sticky = 0o1000;

/** The first path that makes the script unsafe to run as root, and why; undefined where none does. */
export function findUnsafePath(script: string, files: HomeFiles): string | undefined {
  const target = files.resolveLinks(script);
  const paths = [...listWithFolders(script), ...(target === undefined ? [] : listWithFolders(target))];
  for (const path of new Set(paths)) {
    const reason = explainUnsafe(path, files);
    if (reason !== undefined) return `${path} ${reason}`;
  }
  return undefined;
}

function explainUnsafe(path: string, files: HomeFiles): string | undefined {
  const status = files.getStatus(path);
  if (status === undefined) return undefined;
  if (status.uid !== ownerRoot) return `belongs to user id ${status.uid}, not to root`;
  // A link has no permissions of its own; in a sticky folder nobody can replace what belongs to root.
  if (status.kind === 'link' || (status.kind === 'folder' && (status.mode & sticky) !== 0)) return undefined;
  if ((status.mode & otherWrite) !== 0) return 'can be written by everybody';
  if ((status.mode & groupWrite) !== 0 && status.gid !== 0) return `can be written by group id ${status.gid}`;
  return undefined;
}

/** The path and every folder above it. */
function listWithFolders(path: string): string[] {
  const paths = [path];
  for (let folder = posix.dirname(path); folder !== paths.at(-1); folder = posix.dirname(folder)) paths.push(folder);
  return paths;
}
