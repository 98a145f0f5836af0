// The texts of a ruleset's files as they were when it was read: what is loaded from them elsewhere is the same.
import type { RulesetDisk, RulesetFiles } from '../detect/ruleset-files.ts';

export interface RulesetTexts {
  readonly files: RulesetFiles;
  /** Latin1, by the path under which `files` has it. One that could not be read is missing. */
  readonly texts: ReadonlyMap<string, string>;
  readonly logAlertLevel: number;
  readonly emailAlertLevel: number;
}

/** Notes what is read from the disk. */
export function recordTexts(disk: RulesetDisk, texts: Map<string, string>): RulesetDisk {
  return {
    list: (directory) => disk.list(directory),
    read(path) {
      const text = disk.read(path);
      if (text !== undefined) texts.set(path, text);
      return text;
    },
  };
}
