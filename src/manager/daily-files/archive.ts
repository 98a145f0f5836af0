// One day that is over: compressed, with its .sum file, and the plain file goes. Killed between two steps, it is finished the next time.
import { dirname, join } from 'node:path';
import { fileBefore, formatChecksums } from './checksums.ts';
import { type DailyLog, type DayFile, folderOf, forms, stemOf } from './day.ts';
import { freePart } from './day-files.ts';
import type { Content, LogDisk } from './disk.ts';

export interface ArchiveOptions {
  readonly log: DailyLog;
  readonly disk: LogDisk;
  readonly isCurrent: (path: string) => boolean;
  readonly signal: AbortSignal;
}

interface Paths {
  readonly plain: string;
  readonly compressed: string;
  readonly unfinished: string;
  readonly checksums: string;
}

/** Rejects where the disk refuses; the plain file is whole then. One that is written to again meanwhile is left as it is. */
export async function archive(file: DayFile, options: ArchiveOptions): Promise<void> {
  const { disk } = options;
  const paths = pathsOf(options.log, file);
  if (disk.stat(paths.compressed) !== undefined) {
    await settle(file, paths, options);
    return;
  }
  try {
    const content = await disk.compress(paths.plain, paths.unfinished, options.signal);
    const checksums = await writeChecksums(file, paths, content, options);
    if (options.isCurrent(paths.plain) || disk.stat(paths.plain)?.size !== content.bytes) return;
    disk.rename(checksums, paths.checksums);
    // From here on the writer takes the day as done, and a new part for what may come.
    disk.rename(paths.unfinished, paths.compressed);
  } finally {
    disk.remove(paths.unfinished);
    disk.remove(unfinishedChecksums(paths));
  }
  await disk.flushFolder(dirname(paths.plain));
  disk.remove(paths.plain);
}

function pathsOf(log: DailyLog, file: DayFile): Paths {
  const plain = join(folderOf(log), stemOf(log, file)) + log.ending;
  return {
    plain,
    compressed: plain + forms.compressed,
    unfinished: `${plain}${forms.compressed}.new`,
    checksums: plain + forms.checksums,
  };
}

function unfinishedChecksums({ checksums }: Paths): string {
  return `${checksums}.new`;
}

async function writeChecksums(
  file: DayFile,
  paths: Paths,
  content: Content,
  { log, disk, signal }: ArchiveOptions,
): Promise<string> {
  const before = pathsOf(log, fileBefore(file)).checksums;
  const digests = disk.stat(before) === undefined ? undefined : await disk.read(before, false, signal);
  const like = disk.stat(paths.plain);
  const path = unfinishedChecksums(paths);
  if (like !== undefined) await disk.writeWhole(path, formatChecksums(log, file, content, digests), like);
  return path;
}

/** Both are there: the plain file was about to go, or holds something else and becomes a part of its own. */
async function settle(file: DayFile, paths: Paths, options: ArchiveOptions): Promise<void> {
  const { disk, log, signal } = options;
  const plain = await disk.read(paths.plain, false, signal);
  const compressed = await disk.read(paths.compressed, true, signal).catch(() => undefined);
  signal.throwIfAborted();
  if (options.isCurrent(paths.plain)) return;
  if (compressed?.sha256 === plain.sha256 && compressed.bytes === plain.bytes) {
    await disk.flushFolder(dirname(paths.plain));
    disk.remove(paths.plain);
    return;
  }
  const part = freePart(log, file.day, disk);
  disk.rename(paths.plain, pathsOf(log, part).plain);
  await archive(part, options);
}
