// The lines of ours in hosts.deny: between two marks, so that what others wrote is never touched. // hosts_access(5)
import { parseAddress, type Source } from '../address.ts';

const begin = '# begin riposte: these lines come and go with its responses';
const beginOfOwn = '# begin riposte: these lines come and go with its responses, and the file with them';
const end = '# end riposte';

interface Parts {
  /** What is not ours, byte for byte. */
  readonly before: string;
  readonly after: string;
  readonly addresses: readonly string[];
  /** The file was made for our lines. */
  readonly isOwn: boolean;
}

/** `ALL:198.51.100.7`, `ALL:[2001:db8::7]`. */
function lineOf({ family, text }: Source): string {
  return `ALL:${family === 6 ? `[${text}]` : text}`;
}

function addressOf(line: string): Source | undefined {
  const [, bracketed, plain] = /^ALL:(?:\[([0-9a-f:]+)\]|([0-9.]+))$/.exec(line) ?? [];
  return parseAddress(bracketed ?? plain ?? '');
}

function split(text: string): Parts {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line === begin || line === beginOfOwn);
  const last = first < 0 ? -1 : lines.indexOf(end, first);
  if (last < 0) return { before: '', after: text, addresses: [], isOwn: false };
  const before = lines.slice(0, first).map((line) => `${line}\n`);
  return {
    before: before.join(''),
    after: lines.slice(last + 1).join('\n'),
    addresses: lines.slice(first + 1, last).flatMap((line) => addressOf(line)?.text ?? []),
    isOwn: lines[first] === beginOfOwn,
  };
}

/** Addresses in the lines of ours, canonical; undefined: there is no file. */
export function listDenied(text: string | undefined): readonly string[] {
  return text === undefined ? [] : split(text).addresses;
}

/**
 * The text with these lines of ours and no others. They stand before everything else, where a last line without an end cannot run into them, and the order
 * of lines does not matter. null: the file, which was made for them, can go.
 */
export function withDenied(text: string | undefined, sources: readonly Source[]): string | null | undefined {
  const { before, after, isOwn } = text === undefined ? { before: '', after: '', isOwn: true } : split(text);
  if (sources.length > 0) {
    const lines = [isOwn ? beginOfOwn : begin, ...sources.map(lineOf), end];
    return `${before}${lines.join('\n')}\n${after}`;
  }
  if (isOwn && `${before}${after}` === '') return text === undefined ? undefined : null;
  return `${before}${after}`;
}
