// Journal entries as journalctl prints them.
import { type JournalEntry, parseEntry } from '../../../src/source/journal/entry.ts';

export const journalId = 'f48a42d7cbf340a199cdee0dfd0bb442';
export const entryTimeMs = new Date(2026, 10, 24, 6, 39, 8).getTime();

export function entryLine(members: Readonly<Record<string, unknown>>, number = 0x15e): string {
  return JSON.stringify({
    __CURSOR: `s=${journalId};i=${number.toString(16)};b=51;m=34;t=66;x=ba`,
    __REALTIME_TIMESTAMP: String(entryTimeMs * 1000),
    _TRANSPORT: 'syslog',
    _HOSTNAME: 'box',
    SYSLOG_IDENTIFIER: 'sshd',
    _PID: '7',
    _UID: '0',
    _COMM: 'sshd',
    _SYSTEMD_UNIT: 'ssh.service',
    MESSAGE: 'hello',
    ...members,
  });
}

export function entryOf(members: Readonly<Record<string, unknown>>): JournalEntry {
  const entry = parseEntry(entryLine(members));
  if (entry === undefined) throw new Error('no entry');
  return entry;
}
