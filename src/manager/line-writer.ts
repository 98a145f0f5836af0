// Writes alerts.json and the other logs: one alert, or one text, a line. // spec ruleset §9
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Alert, ArchivedAlert } from '../alert/alert.ts';
import { errorText } from '../alert/error-text.ts';
import { printAlert } from '../detect/alert-line.ts';

export interface LineWriter {
  /** In Wazuh's form. Archived events have no `rule` where none matched. */
  add(alert: Alert | ArchivedAlert): void;
  /** `bytes`: latin1, one character for each byte. */
  addText(bytes: string): void;
  /** Writes what was added since the last call. What the disk refuses is told once, kept, and tried again at the next call. */
  flush(): void;
  /** Tries once more what the disk refused. From then on nothing is written: the descriptor may be another file's. */
  close(): void;
  /** Why they cannot be written now; empty while all is well. */
  troubles(): readonly string[];
}

export interface LineWriterOptions {
  /** What is written, in the plural: `alerts`. */
  readonly content: string;
  readonly onDropped: (lines: number) => void;
  /** Told when lines can no longer be written, and when they can be again. */
  readonly onTurn: (message: string) => void;
  /** Most bytes kept while the disk refuses: what was added before is dropped then, and counted. */
  readonly mostKept: number;
}

/** A file to append to. */
export interface LineFile {
  /** Called between two lines, before the next is written: those of a new day may go to another file. Never throws. */
  changeDay?(): void;
  /** Appends as many of the bytes as it can, and returns how many. Throws where the disk refuses. */
  write(bytes: Buffer): number;
  close(): void;
}

const firstSize = 256 * 1024;
/** A buffer that grew beyond this while the disk refused is let go of. */
const largestIdle = 2 * 1024 * 1024;
const newline = 0x0a;

export function openLineWriter(path: string, options: LineWriterOptions): LineWriter {
  const descriptor = openSync(path, 'a', 0o640);
  const file = { write: (bytes: Buffer) => writeSync(descriptor, bytes), close: () => closeSync(descriptor) };
  return createLineWriter(file, options);
}

export function createLineWriter(file: LineFile, options: LineWriterOptions): LineWriter {
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

  /** The rest of a line whose beginning is in the file stays, or the next line would be spoilt too. */
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
      turn(`${options.content} cannot be written, trying again: ${errorText(error)}`);
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
    if (next === undefined && before !== undefined) options.onTurn(`${options.content} are written again`);
  }

  function flush(): void {
    if (isClosed) return;
    writeOut();
    if (start < end) return;
    start = 0;
    end = 0;
    if (buffer.length > largestIdle) buffer = Buffer.allocUnsafeSlow(firstSize);
  }

  /** `size`: of the line, its end included. */
  function reserve(size: number): void {
    // Sooner a write than a larger buffer, as long as the disk takes it.
    if (failure === undefined) flush();
    if (buffer.length - end < size) makeRoom(size);
  }

  function finishLine(next: number): void {
    buffer[next] = newline;
    end = next + 1;
  }

  return {
    add(alert) {
      let next = printAlert(alert, buffer, end);
      if (next >= buffer.length) {
        reserve(next + 1 - end);
        next = printAlert(alert, buffer, end);
      }
      finishLine(next);
    },
    addText(bytes) {
      if (end + bytes.length >= buffer.length) reserve(bytes.length + 1);
      finishLine(end + buffer.write(bytes, end, 'latin1'));
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
