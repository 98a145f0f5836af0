// Whom to believe: anyone may write to the journal under any name, but journald tells who it was. // semantics "journald"
import type { JournalEntry } from './entry.ts';

export interface BelieveOptions {
  /** The account with that user id; undefined where there is none. */
  readonly accountOf: (uid: number) => string | undefined;
  /** Units that may write under a name besides those that are known here. */
  readonly senders: () => readonly Sender[];
}

/** `*` stands for any characters in both. */
export interface Sender {
  readonly program: string;
  readonly unit: string;
}

interface Program {
  /** Of the names that a program writes under; any name with this in it needs the same, because rules may look for a part only. */
  readonly name: RegExp;
  readonly units: RegExp;
  /** It always writes as root. */
  readonly isRoot: boolean;
  /** Programs of these names also write from the session of a user who has logged in. */
  readonly inSessions?: RegExp;
}

/** `a b` stands for a.service, a@anything.service, b.service … */
function unitsOf(names: string): RegExp {
  return new RegExp(`^(?:${names.split(' ').join('|')})(?:@.*)?\\.service$`);
}

const program = (name: RegExp, units: string, isRoot = false): Program => ({ name, units: unitsOf(units), isRoot });

/** Programs whose lines are evidence against an address or an account. */
const programs: readonly Program[] = [
  { ...program(/sshd/i, 'ssh sshd', true), inSessions: /^sshd(?:-session|-auth)?$/ },
  program(/dropbear/i, 'dropbear', true),
  program(/vsftpd/i, 'vsftpd'),
  program(/proftpd/i, 'proftpd'),
  program(/pure-ftpd/i, 'pure-ftpd(?:-.*)?'),
  program(/dovecot/i, 'dovecot'),
  program(/postfix/i, 'postfix'),
  program(/exim/i, 'exim exim4'),
  program(/sendmail|sm-mta/i, 'sendmail'),
  program(/openvpn|ovpn/i, 'openvpn(?:-.*)?'),
  program(/mysqld|mariadbd/i, 'mysql mysqld mariadb'),
  program(/postgres/i, 'postgresql'),
  program(/redis/i, 'redis(?:-.*)?'),
  program(/mongod/i, 'mongod mongodb'),
  program(/smbd|nmbd|winbindd/i, 'smbd nmbd winbind smb nmb samba samba-ad-dc'),
  program(/named/i, 'named bind9 named-chroot'),
  program(/asterisk/i, 'asterisk'),
  program(/haproxy/i, 'haproxy'),
  program(/traefik/i, 'traefik'),
  program(/caddy/i, 'caddy(?:-.*)?'),
  program(/nginx/i, 'nginx'),
  program(/apache|httpd/i, 'apache2 httpd lighttpd thttpd'),
  program(/slapd/i, 'slapd'),
  program(/suricata/i, 'suricata'),
  program(/systemd-logind/i, 'systemd-logind', true),
  { ...program(/^login$/i, 'getty serial-getty console-getty container-getty', true), inSessions: /^login$/ },
];

/** Set-uid programs write with the user id of whoever called them. */
const calledByUsers = /^(?:sudo|su|su-l|doas|passwd|chsh|chfn|newgrp|pkexec)$/;

/** A text of PAM, which names an address and an account under whatever name it is written. */
const pamText = /\bpam_\w+[:(]/;

export interface Doubt {
  /** Who wrote it, for a person. */
  readonly sender: string;
  /** It says something that would be held against somebody. */
  readonly isAccusation: boolean;
}

/** Undefined where the entry is from whom it says it is. `name`: what it says. */
export function doubt(entry: JournalEntry, name: string, options: BelieveOptions): Doubt | undefined {
  const transport = entry.field('_TRANSPORT');
  if (transport === 'kernel' || transport === 'audit') return undefined;
  const unit = entry.field('_SYSTEMD_UNIT') ?? '';
  if (options.senders().some((sender) => fits(sender.program, name) && fits(sender.unit, unit))) return undefined;
  const known = programs.filter((each) => each.name.test(name));
  const isPam = pamText.test(entry.field('MESSAGE') ?? '');
  const isKernel = name === 'kernel' || name === 'audit';
  if (!isKernel && (known.length > 0 ? known.every((each) => isFrom(entry, each)) : isCredible(entry, name, options)))
    return undefined;
  // A name that only has such a name in it, as those of exporters have, is doubted without a word.
  const isNamedSo = known.some((each) => name.search(each.name) === 0);
  const isAccusation = isKernel || isNamedSo || isPam || calledByUsers.test(name);
  return { sender: describeSender(entry), isAccusation };
}

/** Of programs that are not in the table. */
function isCredible(entry: JournalEntry, name: string, options: BelieveOptions): boolean {
  const uid = uidOf(entry);
  if (uid === 0) return true;
  if (isService(entry)) return !pamText.test(entry.field('MESSAGE') ?? '');
  return calledByUsers.test(name) && isAboutCaller(entry, options);
}

function isFrom(entry: JournalEntry, { units, isRoot, inSessions }: Program): boolean {
  if (isRoot && uidOf(entry) !== 0) return false;
  const unit = entry.field('_SYSTEMD_UNIT') ?? '';
  if (units.test(unit)) return true;
  return inSessions?.test(entry.field('_COMM') ?? '') === true && /^session-.*\.scope$/.test(unit);
}

/** A service of the system; not the session of a user, nor a service of his own. */
function isService(entry: JournalEntry): boolean {
  const unit = entry.field('_SYSTEMD_UNIT') ?? '';
  return unit.endsWith('.service') && !unit.startsWith('user@');
}

const sudoText = /^\s*(\S+) : /;
const openedBy = /^pam_unix\([\w-]+:session\): session (?:opened|closed) for user \S+?(?: by (\S*?)\(uid=(\d+)\))?$/;
const failedBy =
  /^pam_\w+\([\w-]+:auth\): authentication failure; logname=\S* uid=(\d+) euid=\d+ tty=\S* ruser=(\S*) rhost=\s+user=\S+$/;
const suText = /^(?:FAILED SU |\+ |- )?\(to (\S+)\) (\S+) on \S+$/;

/** What users can make such a program say anyway: something about themselves, and no address. */
function isAboutCaller(entry: JournalEntry, { accountOf }: BelieveOptions): boolean {
  const uid = uidOf(entry);
  const caller = uid === undefined ? undefined : accountOf(uid);
  if (caller === undefined) return false;
  const text = entry.field('MESSAGE') ?? '';
  if (pamText.test(text)) {
    const [opened, name, opener] = openedBy.exec(text) ?? [];
    if (opened !== undefined)
      return opener === undefined || (Number(opener) === uid && [caller, ''].includes(name ?? ''));
    const [failed, by, remote] = failedBy.exec(text) ?? [];
    return failed !== undefined && Number(by) === uid && [caller, ''].includes(remote ?? '');
  }
  const named = sudoText.exec(text)?.[1] ?? suText.exec(text)?.[2];
  return named === caller;
}

function uidOf(entry: JournalEntry): number | undefined {
  const uid = entry.field('_UID');
  return uid === undefined || !/^\d+$/.test(uid) ? undefined : Number(uid);
}

function describeSender(entry: JournalEntry): string {
  const uid = uidOf(entry);
  const unit = entry.field('_SYSTEMD_UNIT');
  return `${uid === undefined ? 'nobody known' : `user id ${uid}`}${unit === undefined ? '' : ` in ${unit}`}`;
}

/** `*` stands for any characters. */
function fits(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}
