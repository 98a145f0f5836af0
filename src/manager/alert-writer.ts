// Writes alerts.json: one alert a line, in Wazuh's form. // spec ruleset §9
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Alert } from '../alert/alert.ts';

export interface AlertWriter {
  add(alert: Alert): void;
  /** Writes what was added since the last call. Throws where the disk refuses; what was not written is kept for the next call. */
  flush(): void;
  close(): void;
}

/** Most characters kept while the disk refuses: older alerts beyond it are dropped and counted. */
const mostKept = 64 * 1024 * 1024;

export function openAlertWriter(path: string, onDropped: (alerts: number) => void): AlertWriter {
  const file = openSync(path, 'a', 0o640);
  let lines: string[] = [];
  let length = 0;
  let unwritten: Buffer | undefined;

  function writeOut(buffer: Buffer): void {
    let offset = 0;
    try {
      while (offset < buffer.length) offset += writeSync(file, buffer, offset);
    } finally {
      unwritten = offset < buffer.length ? buffer.subarray(offset) : undefined;
    }
  }

  return {
    add(alert) {
      if (length > mostKept) {
        onDropped(lines.length);
        lines = [];
        length = 0;
      }
      const line = `${JSON.stringify(alert)}\n`;
      lines.push(line);
      length += line.length;
    },
    flush() {
      if (unwritten !== undefined) writeOut(unwritten);
      if (lines.length === 0) return;
      const text = Buffer.from(lines.join(''));
      lines = [];
      length = 0;
      writeOut(text);
    },
    close() {
      closeSync(file);
    },
  };
}
