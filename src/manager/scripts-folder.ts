// The names in the scripts folder, looked up at each command and decision, so read only when the folder has changed.
import { readdirSync, statSync } from 'node:fs';

/** Names in a folder, read again only when the folder has changed; none where it cannot be read. Looked at once a turn of the event loop. */
export function createFolderReader(folder: string): () => readonly string[] {
  let names: readonly string[] = [];
  let readFor: bigint | undefined;
  let looked = false;
  return () => {
    if (looked) return names;
    looked = true;
    setImmediate(() => {
      looked = false;
    });
    const changed = statSync(folder, { bigint: true, throwIfNoEntry: false })?.mtimeNs;
    if (changed === undefined) names = [];
    else if (changed !== readFor) names = readdirSync(folder);
    readFor = changed;
    return names;
  };
}
