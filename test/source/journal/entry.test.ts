import { describe, expect, it } from 'vitest';
import { parseEntry } from '../../../src/source/journal/entry.ts';
import { toMessage } from '../../../src/source/journal/message.ts';
import { entryLine, entryOf, entryTimeMs, journalId } from './entries.ts';

describe('an entry of the journal', () => {
  it('has its number in its journal, and the time at which journald got it', () => {
    const { sequence, timeMs, cursor } = entryOf({});
    expect(sequence).toEqual({ journal: journalId, number: 0x15e });
    expect(timeMs).toBe(entryTimeMs);
    expect(cursor).toContain(';i=15e;');
  });

  it.each([
    ['text', 'café', 'caf\xc3\xa9'],
    ['bytes that are not UTF-8', [99, 97, 102, 233], 'caf\xe9'],
    ['several values', ['first', 'second'], 'first'],
    ['several values in bytes', [[255], [1]], '\xff'],
    ['one that was too long', null, undefined],
    ['none', undefined, undefined],
    ['no value of a journal', { a: 1 }, undefined],
  ])('has fields of %s', (_, value, bytes) => {
    expect(entryOf({ MESSAGE: value }).field('MESSAGE')).toBe(bytes);
  });

  it('has no field of the name of a member that all objects have', () => {
    expect(entryOf({}).field('constructor')).toBeUndefined();
  });

  it.each([
    '',
    '-- No entries --',
    '[]',
    'null',
    '{}',
    entryLine({ __CURSOR: 'x' }),
    entryLine({ __REALTIME_TIMESTAMP: 'x' }),
    entryLine({ __REALTIME_TIMESTAMP: '0' }),
  ])('is nothing else: %s', (line) => {
    expect(parseEntry(line)).toBeUndefined();
  });
});

const options = { accountOf: () => undefined, senders: () => [] };
const textOf = (members: Readonly<Record<string, unknown>>): string | undefined =>
  toMessage(entryOf(members), 5, '0123456789', options)?.message.text;

describe('the message of an entry', () => {
  it('is the line of a syslog daemon', () => {
    expect(toMessage(entryOf({ MESSAGE: 'café' }), 5, '0123456789', options)).toEqual({
      message: {
        id: '0123456789.350',
        location: 'journald',
        text: 'Nov 24 06:39:08 box sshd[7]: caf\xc3\xa9',
        timeMs: 5,
      },
      doubt: undefined,
    });
  });

  it('has the process that its sender names, else its own, or none', () => {
    expect(textOf({ SYSLOG_PID: '9' })).toContain('sshd[9]: ');
    expect(textOf({ SYSLOG_PID: 'x]: evil' })).toContain(' sshd: ');
    expect(textOf({ _PID: undefined })).toContain(' sshd: ');
  });

  it('has a name that cannot end before it is over', () => {
    expect(textOf({ SYSLOG_IDENTIFIER: 'a sshd[1]: b\nc' })).toMatch(/ box a_sshd_1___b_c\[7\]: hello$/);
    expect(
      textOf({ SYSLOG_IDENTIFIER: 'wordpress(site.example)', _UID: '33', _SYSTEMD_UNIT: 'php.service' }),
    ).toContain(' wordpress(site.example)[7]: hello');
    expect(textOf({ SYSLOG_IDENTIFIER: undefined, _COMM: 'cron' })).toContain(' cron[7]: ');
    expect(textOf({ SYSLOG_IDENTIFIER: undefined, _COMM: undefined })).toContain(' unknown[7]: ');
  });

  it('is nothing where there is no text', () => {
    expect(textOf({ MESSAGE: '' })).toBeUndefined();
    expect(textOf({ MESSAGE: null })).toBeUndefined();
  });

  it('of one who is not believed has another name, and says who it was', () => {
    const read = toMessage(entryOf({ _UID: '1000', _SYSTEMD_UNIT: 'session-3.scope' }), 5, '0123456789', options);
    expect(read?.message.text).toBe(
      'Nov 24 06:39:08 box unverified[7]: user id 1000 in session-3.scope as sshd: hello',
    );
    expect(read?.doubt).toEqual({ sender: 'user id 1000 in session-3.scope', name: 'sshd', isAccusation: true });
  });
});
