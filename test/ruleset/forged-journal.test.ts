// A local user writes to the journal, in the name of every program and with every text that rules know: nobody can be answered for it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BelieveOptions } from '../../src/source/journal/believe.ts';
import { toMessage } from '../../src/source/journal/message.ts';
import type { LogMessage } from '../../src/source/message.ts';
import { loadReference, referenceData, startSession } from '../detect/reference.ts';
import { entryOf } from '../source/journal/entries.ts';
import { loadShipped, rulesetFolder, startShipped } from './shipped.ts';

interface Written {
  readonly program: string;
  readonly text: string;
}

const header = /Nov 24 \d\d:\d\d:\d\d \S+ ([^\s:[]+)(?:\[\d+\])?: ([^"\\]+)/g;

/** What the samples of the shipped rules have behind the header of a syslog daemon, each once. */
function listWritten(): readonly Written[] {
  const folder = join(rulesetFolder, 'samples');
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const found = new Map<string, Written>();
  for (const [all, program = '', text = ''] of texts.join('\n').matchAll(header)) found.set(all, { program, text });
  return [...found.values()];
}

const options: BelieveOptions = {
  accountOf: (uid) => (uid === 1000 ? 'mallory' : undefined),
  senders: () => [],
};

function messageOf({ program, text }: Written, sender: object): LogMessage {
  const entry = entryOf({ SYSLOG_IDENTIFIER: program, MESSAGE: text, ...sender });
  const read = toMessage(entry, entry.timeMs, '0123456789', options);
  if (read === undefined) throw new Error(`no message: ${program}`);
  return read.message;
}

const written = listWritten();
const targets = ['srcip', 'dstip', 'dstuser', 'srcuser'];

/** Members that a response could act on. */
function accused(messages: readonly LogMessage[], engine = startShipped(loadShipped())): readonly string[] {
  return messages.flatMap((message) => {
    const { data = {} } = engine.logtest(message).output;
    return targets.filter((name) => Object.hasOwn(data as object, name)).map((name) => `${name}: ${message.text}`);
  });
}

describe('entries of the journal', () => {
  it('of the programs themselves accuse somebody in more than a hundred ways', () => {
    const root = { _UID: '0', _COMM: 'sshd', _SYSTEMD_UNIT: 'ssh.service' };
    const sshd = written.filter(({ program }) => program.startsWith('sshd'));
    expect(new Set(accused(sshd.map((each) => messageOf(each, root)))).size).toBeGreaterThan(100);
  });

  it.each([
    ['in a session', { _UID: '1000', _COMM: 'logger', _SYSTEMD_UNIT: 'session-3.scope' }],
    [
      'in a program called as the one',
      { _UID: '1000', _COMM: 'sshd', _EXE: '/usr/sbin/sshd', _SYSTEMD_UNIT: 'session-3.scope' },
    ],
    ['in a service of his own', { _UID: '1000', _COMM: 'sshd', _SYSTEMD_UNIT: 'user@1000.service' }],
    ['gone before journald could look', { _UID: '1000', _COMM: undefined, _SYSTEMD_UNIT: undefined }],
  ])('of a user accuse nobody: %s', (_, sender) => {
    expect(written.length).toBeGreaterThan(150);
    expect(accused(written.map((each) => messageOf(each, sender)))).toEqual([]);
  });

  it('of a service accuse nobody in the name of sshd or by PAM', () => {
    const sender = { _UID: '33', _COMM: 'php', _SYSTEMD_UNIT: 'php-fpm.service' };
    const forged = written.filter(({ program, text }) => program.startsWith('sshd') || text.startsWith('pam_'));
    expect(accused(forged.map((each) => messageOf(each, sender)))).toEqual([]);
  });

  it.skipIf(referenceData === undefined)('of a user accuse nobody by the rules of Wazuh either', () => {
    const sender = { _UID: '1000', _COMM: 'sshd', _SYSTEMD_UNIT: 'session-3.scope' };
    const engine = startSession(loadReference('corpus'));
    expect(
      accused(
        written.map((each) => messageOf(each, sender)),
        engine,
      ),
    ).toEqual([]);
  });
});
