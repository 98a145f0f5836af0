// Writes alerts.json: one alert a line, in Wazuh's form. // spec ruleset §9
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Alert } from '../alert/alert.ts';
import { errorText } from '../alert/error-text.ts';
import { printAlert } from '../detect/alert-line.ts';

export interface AlertWriter {
  add(alert: Alert): void;
  /** Writes what was added since the last call. What the disk refuses is told once, kept, and tried again at the next call. */
  flush(): void;
  /** Tries once more what the disk refused. From then on nothing is written: the descriptor may be another file's. */
  close(): void;
  /** Why alerts cannot be written now; empty while all is well. */
  troubles(): readonly string[];
}

export interface AlertWriterOptions {
  readonly onDropped: (alerts: number) => void;
  /** Told when alerts can no longer be written, and when they can be again. */
  readonly onTurn: (message: string) => void;
  /** Most bytes kept while the disk refuses: what was added before is dropped then, and counted. */
  readonly mostKept: number;
}

/** A file to append to. */
export interface AlertFile {
  /** Called between two lines, before the next is written: the alerts of a new day may go to another file. Never throws. */
  changeDay?(): void;
  /** Appends as many of the bytes as it can, and returns how many. Throws where the disk refuses. */
  write(bytes: Buffer): number;
  close(): void;
}

const firstSize = 256 * 1024;
/** A buffer that grew beyond this while the disk refused is let go of. */
const largestIdle = 2 * 1024 * 1024;
const newline = 0x0a;

export function openAlertWriter(path: string, options: AlertWriterOptions): AlertWriter {
  const descriptor = openSync(path, 'a', 0o640);
  const file = { write: (bytes: Buffer) => writeSync(descriptor, bytes), close: () => closeSync(descriptor) };
  return createAlertWriter(file, options);
}

export function createAlertWriter(file: AlertFile, options: AlertWriterOptions): AlertWriter {
  // Lines are encoded into the bytes that are written: strings joined first would be copied three times.
  let buffer = Buffer.allocUnsafeSlow(firstSize);
  let start = 0;
  let end = 0;
  /** The first part of the line at `start` is in the file already. */
  let isMidLine = false;
  let failure: string | undefined;
  let isClosed = false;

  function makeRoom(size: number): void {
    if (end - start + size > options.mostKept) dropUnwritten();
    const kept = end - start;
    const next =
      kept + size <= buffer.length ? buffer : Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, kept + size));
    buffer.copy(next, 0, start, end);
    buffer = next;
    start = 0;
    end = kept;
  }

  /** The rest of a line whose beginning is in the file stays, or the next alert would be spoilt too. */
  function dropUnwritten(): void {
    const keptEnd = isMidLine ? buffer.indexOf(newline, start) + 1 : start;
    let dropped = 0;
    for (const byte of buffer.subarray(keptEnd, end)) if (byte === newline) dropped += 1;
    end = keptEnd;
    options.onDropped(dropped);
  }

  function writeOut(): void {
    const before = start;
    try {
      if (isMidLine) writeUntil(buffer.indexOf(newline, start) + 1);
      file.changeDay?.();
      writeUntil(end);
      turn(undefined);
    } catch (error) {
      turn(`alerts cannot be written, trying again: ${errorText(error)}`);
    }
    if (start > before) isMidLine = buffer[start - 1] !== newline;
  }

  function writeUntil(limit: number): void {
    while (start < limit) start += file.write(buffer.subarray(start, limit));
  }

  function turn(next: string | undefined): void {
    const before = failure;
    failure = next;
    if (next !== undefined && before === undefined) options.onTurn(next);
    if (next === undefined && before !== undefined) options.onTurn('alerts are written again');
  }

  function flush(): void {
    if (isClosed) return;
    writeOut();
    if (start < end) return;
    start = 0;
    end = 0;
    if (buffer.length > largestIdle) buffer = Buffer.allocUnsafeSlow(firstSize);
  }

  return {
    add(alert) {
      let next = printAlert(alert, buffer, end);
      if (next >= buffer.length) {
        const size = next + 1 - end;
        // Sooner a write than a larger buffer, as long as the disk takes it.
        if (failure === undefined) flush();
        if (buffer.length - end < size) makeRoom(size);
        next = printAlert(alert, buffer, end);
      }
      buffer[next] = newline;
      end = next + 1;
    },
    flush,
    troubles: () => (failure === undefined ? [] : [failure]),
    close() {
      flush();
      isClosed = true;
      file.close();
    },
  };
}
