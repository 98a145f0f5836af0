// ip-customblock: a file of the name of an address, for whatever else looks at the folder. // spec active-response §6
import { errorText } from '../../alert/error-text.ts';
import { addressOfKeys, parseAddress, type Source, sourceOfAlert } from '../address.ts';
import type { Availability, BuiltInResponse, Host, Outcome } from '../contract.ts';

export interface FileEvidence {
  /** Canonical address. */
  readonly source: string;
}

export interface CustomBlockOptions {
  readonly folder?: string;
}

/** By which a file of ours is known. */
const mark = 'riposte';
const fileMode = 0o644;
const timeoutMs = 30_000;

export function createIpCustomblock({
  folder = '/ipblock',
}: CustomBlockOptions = {}): BuiltInResponse<Source, FileEvidence> {
  /** An address has no character that would lead elsewhere. */
  const pathOf = ({ text }: Source): string => `${folder}/${text}`;

  async function add(source: Source, host: Host): Promise<Outcome<FileEvidence>> {
    let isForeign = false;
    try {
      await host.changeFile(pathOf(source), fileMode, (text) => {
        isForeign = text !== undefined && text !== `${mark}\n`;
        return text === undefined ? `${mark}\n` : undefined;
      });
    } catch (error) {
      return { ok: false, error: `${pathOf(source)} cannot be made: ${errorText(error)}` };
    }
    return isForeign
      ? { ok: false, error: `there is a file ${pathOf(source)} already, which stays` }
      : { ok: true, value: { source: source.text } };
  }

  async function remove(evidence: FileEvidence, host: Host): Promise<Outcome<null>> {
    const source = parseAddress(evidence.source);
    if (source === undefined) return { ok: false, error: `not an address: ${JSON.stringify(evidence.source)}` };
    try {
      await host.changeFile(pathOf(source), fileMode, (text) => (text === `${mark}\n` ? null : undefined));
      return { ok: true, value: null };
    } catch (error) {
      return { ok: false, error: `${pathOf(source)} cannot be removed: ${errorText(error)}` };
    }
  }

  /** Throws where the folder cannot be looked at. */
  async function list(host: Host): Promise<readonly Source[]> {
    const argv = ['grep', '-rlxF', '--', mark, folder] as const;
    const { status, stdout, stderr, error } = await host.run(argv, { timeoutMs });
    // 1: nothing was found.
    if (error !== undefined || (status !== 0 && status !== 1)) throw new Error(error ?? stderr.trim());
    const names = stdout.split('\n').filter((path) => path.startsWith(`${folder}/`));
    return names.flatMap((path) => parseAddress(path.slice(folder.length + 1)) ?? []);
  }

  return {
    name: 'ip-customblock',
    about: {
      does: 'Makes a file of the name of an address in `/ipblock`, and takes it away again: for another program that looks there.',
      how: 'The file holds the word `riposte`. One that somebody else has made stays, and the response fails.',
      proof: '`written`: the file is there; whether anything looks at it is not known.',
      needs: 'A folder `/ipblock`.',
    },
    // Inbound Traffic Filtering; Restore Network Access.
    d3fend: { apply: 'D3-ITF', revert: 'D3-RNA' },
    machineLifts: false,
    parse: sourceOfAlert,
    keys: ({ text }) => [text],
    fromKeys: addressOfKeys,
    async probe(host): Promise<Availability> {
      try {
        await list(host);
        return { available: true, means: folder, warnings: [] };
      } catch (error) {
        return { available: false, reason: errorText(error) };
      }
    },
    apply: (applications, host) => Promise.all(applications.map(({ target }) => add(target, host))),
    async verify(targets, host) {
      const names = new Set((await list(host)).map(({ text }) => text));
      return targets.map(({ text }) => ({ effect: names.has(text) ? 'written' : 'absent' }));
    },
    revert: (evidence, host) => Promise.all(evidence.map((each) => remove(each, host))),
    inventory: async (host) =>
      (await list(host)).map((target) => ({ target, evidence: { source: target.text }, remainingSeconds: null })),
    close: async () => undefined,
  };
}
