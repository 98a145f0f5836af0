// The .sum file beside a compressed day: the digests of what was in it, and of the .sum file before it, so that a change of one breaks all that follow.
import { basename } from 'node:path';
import { type DailyLog, type DayFile, dayBefore, folderOf, forms, stemOf } from './day.ts';
import type { Digests } from './disk.ts';

/** What stands for digests where there is no file. */
const none: Digests = { md5: 'none', sha1: 'none', sha256: 'none' };

/** The file before in the chain: the part before, or the first one of the calendar day before. */
export function fileBefore({ day, part }: DayFile): DayFile {
  return part > 0 ? { day, part: part - 1 } : { day: dayBefore(day), part: 0 };
}

/** The text of a .sum file, as Wazuh 4.x lays it out. The digests are of the lines themselves, not of the compressed file. */
export function formatChecksums(log: DailyLog, file: DayFile, digests: Digests, before: Digests | undefined): string {
  // Names in a .sum file count from the home.
  const folder = `logs/${basename(folderOf(log))}`;
  const current = `${folder}/${stemOf(log, file)}`;
  const chained = `${folder}/${stemOf(log, fileBefore(file))}${log.ending}${forms.checksums}`;
  return `Current checksum:\n${listDigests(current, digests)}\nChained checksum:\n${listDigests(chained, before ?? none)}\n`;
}

function listDigests(label: string, { md5, sha1, sha256 }: Digests): string {
  return `MD5  (${label}) = ${md5}\nSHA1 (${label}) = ${sha1}\nSHA256 (${label}) = ${sha256}\n`;
}
