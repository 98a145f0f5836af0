// Reads `<white_list>` entries. Whether an address is in the list is decided elsewhere. // spec decisions, "White list"
import { parseAddress, parseIpv4Number } from './address.ts';
import type { DialectElement } from './dialect.ts';
import { readElementText } from './element-text.ts';
import type { AllowListEntry } from './ossec-conf.ts';
import type { Position } from './position.ts';
import type { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';

const looksLikeIpv4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d+|\d{1,3}(?:\.\d{1,3}){3}))?$/;
/** Digits, colons and dots with at least two colons, or a prefix behind one. */
const looksLikeIpv6 = /^([0-9a-f]*:[0-9a-f:]*:[0-9a-f:.]*)(?:\/(\d+))?$/i;

/** One entry; undefined, with an error, where the text can be none. */
export function readAllowListEntry(element: DialectElement, problems: ProblemList): AllowListEntry | undefined {
  const text = readElementText(element, problems);
  const position = element.contentPosition;
  if (text.startsWith('!')) {
    problems.addError(
      position,
      `"!" does not negate in <white_list> ${quoteValue(text)}: Wazuh drops it before an address, and before a name it exempts nearly everything; write what is to be exempt, without "!".`,
    );
    return undefined;
  }
  const ipv4 = looksLikeIpv4.exec(text);
  if (ipv4 !== null) return readIpv4(text, ipv4, position, problems);
  const ipv6 = looksLikeIpv6.exec(text);
  const entry = ipv6 === null ? undefined : readIpv6(text, ipv6, position, problems);
  if (entry === 'error') return undefined;
  if (entry !== undefined) return entry;
  warnOfName(text, position, problems);
  return { kind: 'name', text, position };
}

function readIpv4(
  text: string,
  match: RegExpExecArray,
  position: Position,
  problems: ProblemList,
): AllowListEntry | undefined {
  const address = parseIpv4Number(match[1] ?? '');
  if (address === undefined) {
    problems.addError(
      position,
      `${quoteValue(text)} is not an IPv4 address: four numbers from 0 to 255 without leading zeros are needed.`,
    );
    return undefined;
  }
  const suffix = match[2];
  if (suffix?.includes('.')) return readMask(text, address, suffix, position, problems);
  const prefix = suffix === undefined ? 32 : Number(suffix);
  if (prefix > 32) {
    problems.addError(position, `the prefix of ${quoteValue(text)} must be from 0 to 32.`);
    return undefined;
  }
  warnOfEverything(text, prefix, position, problems);
  return { kind: 'network', text, family: 'ipv4', address: match[1] ?? '', prefix, position };
}

function readMask(
  text: string,
  address: number,
  maskText: string,
  position: Position,
  problems: ProblemList,
): AllowListEntry | undefined {
  const mask = parseIpv4Number(maskText);
  if (mask === undefined) {
    problems.addError(
      position,
      `the netmask of ${quoteValue(text)} must be four numbers from 0 to 255 without leading zeros.`,
    );
    return undefined;
  }
  // Wazuh takes such a mask for text, which no address equals.
  if (maskText.startsWith('0')) {
    problems.addWarning(position, `${quoteValue(text)} matches no address: a netmask must not start with 0.`);
    return { kind: 'name', text, position };
  }
  const prefix = 32 - Math.log2(2 ** 32 - mask);
  if (!Number.isInteger(prefix)) return { kind: 'masked', text, address, mask, position };
  return { kind: 'network', text, family: 'ipv4', address: text.slice(0, text.indexOf('/')), prefix, position };
}

function readIpv6(
  text: string,
  match: RegExpExecArray,
  position: Position,
  problems: ProblemList,
): AllowListEntry | 'error' | undefined {
  const parsed = parseAddress(match[1] ?? '');
  if (parsed === undefined) return undefined;
  const given = match[2] === undefined ? 128 : Number(match[2]);
  if (given > 128) {
    problems.addError(position, `the prefix of ${quoteValue(text)} must be from 0 to 128.`);
    return 'error';
  }
  const { address, family, wasMapped } = parsed;
  // A mapped address is compared as the IPv4 address that it stands for; the first 96 bits are the mapping.
  if (wasMapped && given < 96) {
    problems.addError(
      position,
      `the prefix of ${quoteValue(text)}, an IPv4 address in IPv6 form, must be from 96 to 128.`,
    );
    return 'error';
  }
  const prefix = wasMapped ? given - 96 : given;
  warnOfEverything(text, prefix, position, problems);
  return { kind: 'network', text, family, address, prefix, position };
}

function warnOfEverything(text: string, prefix: number, position: Position, problems: ProblemList): void {
  if (prefix > 0) return;
  problems.addWarning(
    position,
    `${quoteValue(text)} covers every address: no alert with a source address will trigger a response.`,
  );
}

/** OS_Match: alternatives at `|`, each a part of the text, anchored by `^` and `$`. // spec ruleset §4.2 */
function warnOfName(text: string, position: Position, problems: ProblemList): void {
  const alternatives = text.split('|');
  if (alternatives.some((alternative) => alternative === '' || alternative === '^' || alternative === '$')) {
    problems.addWarning(
      position,
      `<white_list> ${quoteValue(text)} covers every source address: no alert with one will trigger a response.`,
    );
  } else if (/[\s,]/.test(text)) {
    problems.addWarning(
      position,
      `${quoteValue(text)} is compared as one text, with its blanks and commas, and matches nothing: give each address a <white_list> of its own.`,
    );
  } else if (/^\d+(\.\d+)+[./-]|^\d+(\.\d+)+$|^[0-9a-f]*:[0-9a-f:]*(\/\d*)?$/i.test(text)) {
    problems.addWarning(
      position,
      `${quoteValue(text)} is no address or prefix and is compared as a part of the text of the source address.`,
    );
  }
}
