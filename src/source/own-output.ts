// A source must not be what we write ourselves: each alert would raise the next.
import { readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';

/**
 * Throws where `path` is one of `ownOutputs` (the files that this service writes, such as its alerts.json), by that name, another, or a link. Its
 * `logs/active-responses.log` may be read back: rules of the group `active_response` watch it, and the guard `own_response` keeps them from going in
 * circles. // semantics, Living beside Wazuh
 */
export function refuseOwnOutput(path: string, ownOutputs: readonly string[]): void {
  const output = ownOutputs.find((each) => isSameFile(each, path));
  if (output === undefined || isResponseLog(output)) return;
  throw new Error(
    `${path} is written by this service itself${output === path ? '' : ` (as ${output})`}: it cannot be a source`,
  );
}

function isResponseLog(path: string): boolean {
  return basename(path) === 'active-responses.log' && basename(dirname(resolve(path))) === 'logs';
}

/** The same file: by its path with all links followed, or by device and inode (hard links). */
function isSameFile(a: string, b: string): boolean {
  if (realPath(a) === realPath(b)) return true;
  const [x, y] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return x !== undefined && y !== undefined && x.ino === y.ino && x.dev === y.dev;
}

/** The file may not be there yet: then as much of its path as is. A link that leads nowhere is followed one step. */
function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const folder = dirname(absolute);
    if (folder === absolute) return absolute;
    const target = linkTarget(absolute);
    return target === undefined
      ? join(realPath(folder), basename(absolute))
      : realPath(dirname(target)) + sep + basename(target);
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch {
    return undefined;
  }
}
