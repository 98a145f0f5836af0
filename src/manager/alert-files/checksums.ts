// The .sum file beside a compressed day: the digests of its alerts, and of the .sum file before it, so that a change of one breaks all that follow.
import { type DayFile, dayBefore, endings, stemOf } from './day.ts';
import type { Digests } from './disk.ts';

/** What stands for digests where there is no file. */
const none: Digests = { md5: 'none', sha1: 'none', sha256: 'none' };

/** Names in a .sum file count from the home. */
const namesFrom = 'logs/alerts';

/** The file before in the chain: the part before, or the first one of the calendar day before. */
export function fileBefore({ day, part }: DayFile): DayFile {
  return part > 0 ? { day, part: part - 1 } : { day: dayBefore(day), part: 0 };
}

/** The text of a .sum file, as Wazuh 4.x lays it out. The digests are of the alerts themselves, not of the compressed file. */
export function formatChecksums(file: DayFile, digests: Digests, before: Digests | undefined): string {
  const chained = `${stemOf(fileBefore(file))}${endings.checksums}`;
  return `Current checksum:\n${listDigests(stemOf(file), digests)}\nChained checksum:\n${listDigests(chained, before ?? none)}\n`;
}

function listDigests(name: string, { md5, sha1, sha256 }: Digests): string {
  const label = `${namesFrom}/${name}`;
  return `MD5  (${label}) = ${md5}\nSHA1 (${label}) = ${sha1}\nSHA256 (${label}) = ${sha256}\n`;
}
