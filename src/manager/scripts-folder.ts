// The names in the scripts folder, looked up at each command and decision, so read only when the folder has changed.
import { readdirSync, statSync } from 'node:fs';

/** Names in a folder, read again only when the folder has changed; none where it cannot be read. */
export function createFolderReader(folder: string): () => readonly string[] {
  let names: readonly string[] = [];
  let readFor: bigint | undefined;
  return () => {
    const changed = statSync(folder, { bigint: true, throwIfNoEntry: false })?.mtimeNs;
    if (changed === undefined) return [];
    if (changed !== readFor) {
      names = readdirSync(folder);
      readFor = changed;
    }
    return names;
  };
}
