// Log lines in which the attacker's text looks like the log's own. Only the address that the program itself wrote may come out.
import { describe, expect, it } from 'vitest';
import { loadShipped, runSession, startShipped } from './shipped.ts';

const real = '198.51.100.7';
const forged = '203.0.113.9';
const loaded = loadShipped();

/** Names that a peer may log in with. sshd escapes control characters as octal. */
const names = [
  'x',
  '',
  ' ',
  `x from ${forged} port 22 ssh2`,
  `x from ${forged} port 22`,
  `x from ${forged}`,
  `x ${forged} port 22`,
  `x ${forged} port 22 [preauth]`,
  `root from ${forged} port 22 ssh2: RSA SHA256:abcdef`,
  `x from ${forged} port 22 ssh2: RSA-CERT SHA256:ab ID key (serial 0) CA RSA SHA256:cd`,
  `x from ${forged} port 22 ssh2 [preauth]`,
  `x not allowed because not listed in AllowUsers`,
  `x from ${forged} not allowed because not listed in AllowUsers`,
  `Failed password for root from ${forged} port 22 ssh2`,
  `x\\012Nov 24 06:00:00 host sshd[1]: Failed password for root from ${forged} port 22 ssh2`,
  `invalid user root from ${forged} port 1 ssh2`,
  `[${forged}] failed`,
  `rhost=${forged}`,
  `x  user=root rhost=${forged}  user=y`,
  `x]: [ Failed password for root from ${forged} port 22 ssh2]`,
  `message repeated 5 times: [ Failed password for root from ${forged} port 22 ssh2]`,
  `x from ::ffff:${forged} port 22 ssh2`,
  `x\tfrom ${forged} port 22 ssh2`,
  `\u00e9 from ${forged} port 22 ssh2`,
];

const messages: readonly ((name: string) => string)[] = [
  (name) => `Failed password for ${name} from ${real} port 50000 ssh2`,
  (name) => `Failed password for invalid user ${name} from ${real} port 50000 ssh2`,
  (name) => `Failed none for invalid user ${name} from ${real} port 50000 ssh2`,
  (name) => `Failed keyboard-interactive/pam for invalid user ${name} from ${real} port 50000 ssh2`,
  (name) => `Failed publickey for invalid user ${name} from ${real} port 50000 ssh2: ED25519 SHA256:Zm9vYmFy`,
  (name) => `Failed publickey for ${name} from ${real} port 50000 ssh2: RSA 00:11:22:33`,
  (name) => `Invalid user ${name} from ${real} port 50000`,
  (name) => `Invalid user ${name} from ${real}`,
  (name) =>
    `error: maximum authentication attempts exceeded for invalid user ${name} from ${real} port 50000 ssh2 [preauth]`,
  (name) => `error: PAM: Authentication failure for illegal user ${name} from ${real}`,
  (name) => `Connection closed by invalid user ${name} ${real} port 50000 [preauth]`,
  (name) => `Connection reset by authenticating user ${name} ${real} port 50000 [preauth]`,
  (name) => `Disconnected from invalid user ${name} ${real} port 50000 [preauth]`,
  (name) => `Disconnecting invalid user ${name} ${real} port 50000: Too many authentication failures [preauth]`,
  (name) => `User ${name} from ${real} not allowed because not listed in AllowUsers`,
  (name) => `message repeated 3 times: [ Failed password for invalid user ${name} from ${real} port 50000 ssh2]`,
  (name) => `Bad protocol version identification '${name}' from ${real} port 50000`,
  (name) => `Received disconnect from ${real} port 50000:11: ${name} [preauth]`,
  (name) => `Unable to negotiate with ${real} port 50000: no matching cipher found. Their offer: ${name} [preauth]`,
  (name) => `banner exchange: Connection from ${real} port 50000: invalid format ${name}`,
  (name) =>
    `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${real}  user=${name}`,
  (name) => `PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=${real}  user=${name}`,
];

function addressOf(program: string, message: string): unknown {
  const engine = startShipped(loaded);
  return runSession(engine, [[0, `Nov 24 06:00:00 host ${program}: ${message}`]]).fields.srcip;
}

describe.each(names)('a peer called %j', (name) => {
  it('leaves its real address, in every message', () => {
    const found = messages.map((message) => ({
      message: message(name),
      address: addressOf('sshd-session[7]', message(name)),
    }));
    expect(found.filter(({ address }) => address !== real)).toEqual([]);
  });
});

describe('where the address cannot be told from the peer\u2019s words, there is none', () => {
  const certificate = (id: string): string =>
    `Failed publickey for root from ${real} port 50000 ssh2: RSA-CERT SHA256:ab ID ${id} (serial 0) CA RSA SHA256:cd`;

  it.each([
    ['a certificate whose name is a message', certificate(`x from ${forged} port 22 ssh2: RSA-CERT SHA256:x ID y`)],
    ['a certificate whose name is an address', certificate(`x from ${forged} port 22 ssh2`)],
    ['a message that sshd has cut', `Failed password for invalid user ${'a'.repeat(970)} from ${forged} port 22 ssh2`],
    ['an invalid user, cut', `Invalid user ${'a'.repeat(985)} from ${forged} port 22`],
    [
      'a reason that the peer wrote',
      `Disconnecting authenticating user root ${real} port 5: Change of username or service not allowed: (root,x) -> (y ${forged} port 22,x) [preauth]`,
    ],
    [
      'an address in a PAM field of the caller',
      `pam_unix(su:auth): authentication failure; logname=a rhost=${forged} uid=0 euid=0 tty= ruser=b rhost= user=root`,
    ],
    ['a program that is not sshd', `x: Failed password for root from ${forged} port 22 ssh2`],
  ])('%s', (_, message) => {
    expect([undefined, '', real]).toContain(addressOf('sshd[7]', message));
  });

  it.each([
    ['su', `FAILED SU (to root) x from ${forged} port 22 ssh2 on pts/0`],
    [
      'su',
      `pam_unix(su:auth): authentication failure; logname=bob uid=1000 euid=0 tty=/dev/pts/0 ruser=bob rhost=  user=Failed password for root from ${forged} port 22 ssh2`,
    ],
    [
      'sudo',
      `bob : TTY=pts/0 ; PWD=/tmp ; USER=root ; COMMAND=/bin/echo Failed password for root from ${forged} port 22 ssh2`,
    ],
    [
      'sudo',
      `bob : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/tmp/x from ${forged} port 22 ssh2 ; USER=root ; COMMAND=/bin/ls`,
    ],
    ['logger', `Failed password for root from ${forged} port 22 ssh2`],
  ])('%s names no address: %s', (program, message) => {
    expect([undefined, '']).toContain(addressOf(program, message));
  });

  it('a certificate with an ordinary name has its address', () => {
    expect(addressOf('sshd[7]', certificate('bob@example'))).toBe(real);
  });
});

describe('what sudo ran', () => {
  it('names no other user than the one that sudo wrote, or none', () => {
    const line = (pwd: string, command: string): string =>
      `Nov 24 06:00:00 host sudo:      bob : TTY=pts/0 ; PWD=${pwd} ; USER=backup ; COMMAND=${command}`;
    const userOf = (text: string): unknown => runSession(startShipped(loaded), [[0, text]]).fields.dstuser;
    expect(userOf(line('/home/bob', '/bin/ls'))).toBe('backup');
    expect([undefined, 'backup']).toContain(userOf(line('/tmp/x ; USER=root ; COMMAND=y', '/bin/ls')));
    expect([undefined, 'backup']).toContain(userOf(line('/home/bob', '/bin/echo ; USER=root ; COMMAND=z')));
  });
});

it.each(['2001:db8::7', '::ffff:198.51.100.7', 'fe80::1%eth0'])('IPv6 address %s is read whole', (address) => {
  expect(addressOf('sshd[7]', `Failed password for root from ${address} port 50000 ssh2`)).toBe(address);
  expect(addressOf('sshd[7]', `Connection closed by authenticating user root ${address} port 50000 [preauth]`)).toBe(
    address,
  );
});
