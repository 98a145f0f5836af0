// The counted hours of the day in a small file: written each minute and at the end, read at the start.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { errorText } from '../alert/error-text.ts';
import { createEventVolume, type EventVolume, volumeState } from './event-volume.ts';

export interface VolumeFile {
  readonly volume: EventVolume;
  /** Does nothing where the file has it all. Tells where the disk refuses, once, and can be called again. */
  save(): void;
}

/** One that cannot be read is told of and begun anew: it holds averages, nothing that is owed. */
export function openVolumeFile(path: string, nowMs: () => number, tell: (message: string) => void): VolumeFile {
  let written = readText(path);
  let isRefused = false;
  const volume = createEventVolume(nowMs, parse(written, path, tell));
  return {
    volume,
    save() {
      const text = JSON.stringify(volume.state());
      if (text === written) return;
      try {
        writeFileSync(`${path}.new`, text, { mode: 0o600 });
        renameSync(`${path}.new`, path);
        written = text;
        isRefused = false;
      } catch (error) {
        if (!isRefused) tell(`how many events came cannot be stored, trying again: ${errorText(error)}`);
        isRefused = true;
      }
    },
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string | undefined, path: string, tell: (message: string) => void) {
  if (text === undefined) return undefined;
  try {
    return volumeState.parse(JSON.parse(text));
  } catch (error) {
    tell(`${path} is not what was written there, counting of events begins anew: ${errorText(error)}`);
    return undefined;
  }
}
