// host-deny on Linux: TCP wrappers refuse an address, by lines in /etc/hosts.deny. // spec active-response §6
import { errorText } from '../../alert/error-text.ts';
import { addressOfKeys, parseAddress, type Source, sourceOfAlert } from '../address.ts';
import type { Availability, BuiltInResponse, Host, Outcome, Verification } from '../contract.ts';
import { listDenied, withDenied } from './deny-lines.ts';

export interface DenyEvidence {
  /** Canonical address. */
  readonly source: string;
}

export interface HostDenyOptions {
  readonly denyFile?: string;
  readonly allowFile?: string;
}

/** Programs that may have been built with TCP wrappers: whether they were is in them. */
const daemons = [
  'sshd',
  'vsftpd',
  'proftpd',
  'slapd',
  'stunnel4',
  'rpcbind',
  'nrpe',
  'sendmail',
  'exim4',
  'tcpd',
  'xinetd',
];
const library = 'libwrap.so';
const newFileMode = 0o644;

export function createHostDeny(options: HostDenyOptions = {}): BuiltInResponse<Source, DenyEvidence> {
  const { denyFile = '/etc/hosts.deny', allowFile = '/etc/hosts.allow' } = options;
  const readers = new Map<Host, Promise<readonly string[]>>();

  /** Looked for once: the programs are large, and seldom change. */
  function findReaders(host: Host): Promise<readonly string[]> {
    const known = readers.get(host) ?? listReaders(host);
    readers.set(host, known);
    return known;
  }

  async function denied(host: Host): Promise<readonly string[]> {
    return listDenied(await host.readFile(denyFile));
  }

  /** Lines of ours become those that `choose` gives. */
  async function change(host: Host, choose: (denied: Map<string, Source>) => void): Promise<Outcome<null>> {
    try {
      await host.changeFile(denyFile, newFileMode, (text) => {
        const wanted = new Map(listDenied(text).flatMap((each) => entryOf(each)));
        choose(wanted);
        return withDenied(text, [...wanted.values()]);
      });
      return { ok: true, value: null };
    } catch (error) {
      return { ok: false, error: `${denyFile} cannot be changed: ${errorText(error)}` };
    }
  }

  return {
    name: 'host-deny',
    about: {
      does: 'Has TCP wrappers refuse an address.',
      how: 'Lines `ALL:ADDRESS` between two marks at the head of `/etc/hosts.deny`. What others wrote stays as it is, an equal line too. A file that was missing is made, and goes with the last line.',
      proof:
        '`effective`: the line is there, a program of `/usr/sbin` was built with TCP wrappers, and `/etc/hosts.allow`, which comes first, has no rules. `written`: the line is there, and one of the two is not so.',
      needs: 'A program that reads the file: the sshd of Debian does, that of most others does not.',
    },
    // Inbound Traffic Filtering; Restore Network Access.
    d3fend: { apply: 'D3-ITF', revert: 'D3-RNA' },
    machineLifts: false,
    parse: sourceOfAlert,
    keys: ({ text }) => [text],
    fromKeys: addressOfKeys,
    probe: async (): Promise<Availability> => ({ available: true, means: denyFile, warnings: [] }),
    async apply(applications, host) {
      const outcome = await change(host, (wanted) => {
        for (const { target } of applications) wanted.set(target.text, target);
      });
      return applications.map(({ target }) => (outcome.ok ? { ok: true, value: { source: target.text } } : outcome));
    },
    async verify(targets, host) {
      const [lines, found, allowed] = await Promise.all([denied(host), findReaders(host), host.readFile(allowFile)]);
      return targets.map(({ text }) => judge(lines.includes(text), found, allowed ?? ''));
    },
    async revert(evidence, host) {
      const sources = evidence.map(({ source }) => parseAddress(source));
      const outcome = await change(host, (wanted) => {
        for (const source of sources) if (source !== undefined) wanted.delete(source.text);
      });
      return sources.map((source, at) =>
        source === undefined
          ? { ok: false, error: `not an address: ${JSON.stringify(evidence[at]?.source)}` }
          : outcome,
      );
    },
    async inventory(host) {
      const lines = await denied(host);
      return lines
        .flatMap((text) => parseAddress(text) ?? [])
        .map((target) => ({ target, evidence: { source: target.text }, remainingSeconds: null }));
    },
    close: async () => readers.clear(),
  };
}

function entryOf(text: string): [string, Source][] {
  const source = parseAddress(text);
  return source === undefined ? [] : [[source.text, source]];
}

/** Of the programs that are there, those that were built with TCP wrappers. */
async function listReaders(host: Host): Promise<readonly string[]> {
  const texts = await Promise.all(
    daemons.map(async (name) => [name, await host.readFile(`/usr/sbin/${name}`).catch(() => undefined)] as const),
  );
  return texts.filter(([, text]) => text?.includes(library) === true).map(([name]) => name);
}

function judge(isThere: boolean, readers: readonly string[], allowed: string): Verification {
  if (!isThere) return { effect: 'absent' };
  if (readers.length === 0) return { effect: 'written', reason: 'no program here is known to read hosts.deny' };
  const lets = allowed.split('\n').some((line) => /^\s*[^#\s]/.test(line));
  if (lets) return { effect: 'written', reason: 'hosts.allow has lines, which come first and may let the address in' };
  return { effect: 'effective', reason: `read by ${readers.join(', ')}` };
}
