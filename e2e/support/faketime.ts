// A service whose wall clock is another: what counts from the boot, and the kernel's own timeouts, go on.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The library that changes it, where it is installed. */
export function findFaketime(): string | undefined {
  const folders = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime'));
  const found = folders.flatMap((folder) => {
    try {
      return readdirSync(folder).map((name) => join(folder, name));
    } catch {
      return [];
    }
  });
  return found.find((path) => path.endsWith('/libfaketime.so.1'));
}

/** argv before the program's own. The clock follows what the file says: `+1d`, `-3600`, `@1970-01-01 00:05:00`. */
export function underClock(library: string, file: string): readonly string[] {
  return [
    'env',
    `LD_PRELOAD=${library}`,
    `FAKETIME_TIMESTAMP_FILE=${file}`,
    'FAKETIME_NO_CACHE=1',
    'FAKETIME_DONT_FAKE_MONOTONIC=1',
    'DONT_FAKE_MONOTONIC=1',
    'NO_FAKE_STAT=1',
  ];
}
