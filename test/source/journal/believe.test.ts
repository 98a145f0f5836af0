// Whom to believe of those who write to the journal. // semantics "journald"
import { describe, expect, it } from 'vitest';
import { type BelieveOptions, doubt } from '../../../src/source/journal/believe.ts';
import { entryOf } from './entries.ts';

const options: BelieveOptions = {
  accountOf: (uid) =>
    new Map([
      [1000, 'alice'],
      [1001, 'bob'],
    ]).get(uid),
  senders: () => [
    { program: 'sshd', unit: 'my-ssh.service' },
    { program: 'app*', unit: 'session-*.scope' },
  ],
};

interface Case {
  readonly name: string;
  readonly uid: number;
  readonly unit?: string;
  readonly comm?: string;
  readonly text?: string;
  readonly transport?: string;
}

function doubtOf({ name, uid, unit, comm = name, text = 'hello', transport = 'syslog' }: Case) {
  const entry = entryOf({ _UID: String(uid), _SYSTEMD_UNIT: unit, _COMM: comm, MESSAGE: text, _TRANSPORT: transport });
  return doubt(entry, name, options);
}

const session = 'session-3.scope';
const failure = (user: string, uid: number, rhost = ''): string =>
  `pam_unix(su:auth): authentication failure; logname=x uid=${uid} euid=0 tty=/dev/pts/0 ruser=${user} rhost=${rhost}  user=root`;

describe('believed', () => {
  it.each<[string, Case]>([
    ['sshd in its service', { name: 'sshd', uid: 0, unit: 'ssh.service' }],
    ['sshd started for a connection', { name: 'sshd', uid: 0, unit: 'sshd@3-192.0.2.1:22.service' }],
    ['sshd-session in the session of who logged in', { name: 'sshd-session', uid: 0, unit: session }],
    ['a service that does not run as root', { name: 'postfix/smtpd', uid: 105, unit: 'postfix@-.service' }],
    ['a web server whose name has that of another in it', { name: 'lighttpd', uid: 33, unit: 'lighttpd.service' }],
    ['login on a console', { name: 'login', uid: 0, unit: 'getty@tty1.service' }],
    ['a service that no rule is about', { name: 'frob', uid: 33, unit: 'frob.service' }],
    ['root, in whatever unit', { name: 'frob', uid: 0, unit: session }],
    ['PAM in a program of root', { name: 'frob', uid: 0, unit: 'frob.service', text: failure('', 0, '192.0.2.9') }],
    ['the kernel', { name: 'kernel', uid: 0, transport: 'kernel' }],
    ['the audit system', { name: 'audit', uid: 0, transport: 'audit' }],
    ['a unit that is set', { name: 'sshd', uid: 0, unit: 'my-ssh.service' }],
    ['a name with * that is set', { name: 'app7', uid: 1000, unit: session, text: failure('x', 0) }],
    [
      'sudo about its caller',
      {
        name: 'sudo',
        uid: 1000,
        unit: session,
        text: '   alice : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls',
      },
    ],
    ['su about its caller', { name: 'su', uid: 1000, unit: session, text: 'FAILED SU (to root) alice on pts/0' }],
    ['PAM in su about its caller', { name: 'su', uid: 1000, unit: session, text: failure('alice', 1000) }],
    [
      'PAM in sudo, which opened a session',
      {
        name: 'sudo',
        uid: 1000,
        unit: session,
        text: 'pam_unix(sudo:session): session opened for user root(uid=0) by alice(uid=1000)',
      },
    ],
    [
      'PAM in sudo, which closed one',
      { name: 'sudo', uid: 1000, unit: session, text: 'pam_unix(sudo:session): session closed for user root' },
    ],
  ])('%s', (_, given) => {
    expect(doubtOf(given)).toBeUndefined();
  });
});

describe('not believed', () => {
  it.each<[string, Case]>([
    ['a user as sshd', { name: 'sshd', uid: 1000, unit: session }],
    ['a user as sshd without a unit', { name: 'sshd', uid: 1000 }],
    ['a user as a name with sshd in it', { name: 'xsshd-auth', uid: 1000, unit: session }],
    ['root as sshd with another program', { name: 'sshd', uid: 0, unit: session, comm: 'logger' }],
    ['root as sshd without a unit', { name: 'sshd', uid: 0 }],
    ['a service as sshd', { name: 'sshd', uid: 33, unit: 'apache2.service' }],
    ['a service of a name that begins as that of sshd', { name: 'sshd', uid: 0, unit: 'ssh.service.service' }],
    ['a service of a user', { name: 'sshd', uid: 0, unit: 'user@1000.service' }],
    ['one of two names that are known', { name: 'postfix-sshd', uid: 0, unit: 'ssh.service' }],
    ['a user as the kernel', { name: 'kernel', uid: 1000, unit: session }],
    ['root as the kernel', { name: 'kernel', uid: 0, unit: session }],
    ['a user under a name that nobody knows', { name: 'frob', uid: 1000, unit: session }],
    [
      'PAM in a service that is not root',
      { name: 'frob', uid: 33, unit: 'frob.service', text: failure('', 0, '192.0.2.9') },
    ],
    ['PAM in su from an address', { name: 'su', uid: 1000, unit: session, text: failure('alice', 1000, '192.0.2.9') }],
    ['PAM in su about another', { name: 'su', uid: 1000, unit: session, text: failure('bob', 1000) }],
    ['PAM in su with the number of another', { name: 'su', uid: 1000, unit: session, text: failure('alice', 1001) }],
    [
      'PAM with more behind it',
      { name: 'su', uid: 1000, unit: session, text: `${failure('alice', 1000)} rhost=192.0.2.9` },
    ],
    ['sudo about another', { name: 'sudo', uid: 1000, unit: session, text: 'bob : 3 incorrect password attempts' }],
    [
      'sudo with a session for another',
      {
        name: 'sudo',
        uid: 1000,
        unit: session,
        text: 'pam_unix(sudo:session): session opened for user root(uid=0) by bob(uid=1001)',
      },
    ],
    [
      'su with a text that it does not have',
      { name: 'su', uid: 1000, unit: session, text: 'Failed password for root from 192.0.2.9' },
    ],
    ['sudo of a user who has no account', { name: 'sudo', uid: 4711, unit: session, text: 'alice : x' }],
    ['another unit than the one that is set', { name: 'sshd', uid: 0, unit: 'my-ssh2.service' }],
  ])('%s', (_, given) => {
    expect(doubtOf(given)?.sender).toMatch(/^user id \d+/);
  });

  it('is worth a word where something would be held against somebody', () => {
    expect(doubtOf({ name: 'sshd', uid: 1000, unit: session })?.isAccusation).toBe(true);
    expect(doubtOf({ name: 'frob', uid: 1000, unit: session, text: failure('x', 0) })?.isAccusation).toBe(true);
    expect(doubtOf({ name: 'sudo', uid: 1000, unit: session })?.isAccusation).toBe(true);
    expect(doubtOf({ name: 'prometheus-redis', uid: 107, unit: 'prometheus-redis.service' })?.isAccusation).toBe(false);
    expect(doubtOf({ name: 'gnome-shell', uid: 1000, unit: 'user@1000.service' })?.isAccusation).toBe(false);
  });
});
