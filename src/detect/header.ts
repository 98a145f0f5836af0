// The header of a log line: when, from which host, by which program. Tests are purely positional. // spec ruleset §1.3, §1.4

export interface Header {
  readonly timestamp: string | undefined;
  readonly hostname: string | undefined;
  /** `''` still counts as having a program name. */
  readonly programName: string | undefined;
  /** What decoders and rules see: the line minus the recognised header. */
  readonly log: string;
  /** No byte of the line stands between the header's last text and `log`. Only an end of -1 asks. // spec ruleset §4.4 */
  readonly adjoining: boolean;
}

const space = 0x20;
const colon = 0x3a;
const hyphen = 0x2d;
const dot = 0x2e;
const comma = 0x2c;
const slash = 0x2f;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const pipe = 0x7c;

const tokenBytes = new Uint8Array(256);
for (const byte of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789()-./@_') {
  tokenBytes[byte.charCodeAt(0)] = 1;
}

/** Whether the byte belongs to a host or program name. */
export function isTokenByte(code: number): boolean {
  return tokenBytes[code] === 1;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isAlphanumeric(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** Splits the header off a raw log line (latin1 text). */
export function readHeader(text: string): Header {
  const length = text.length;
  if (length >= 17) {
    // `Mär` in UTF-8: the tests look at the text without its first byte, the lengths count from the start.
    const base = text.charCodeAt(1) === 0xc3 && text.charCodeAt(2) === 0xa4 ? 1 : 0;
    const end = syslogHeaderLength(text, base, length);
    if (end > 0) return readNames(text, end);
    const other = length >= 24 ? readOtherHeader(text, base, length) : undefined;
    if (other !== undefined) return other;
  }
  return { timestamp: undefined, hostname: undefined, programName: undefined, log: text, adjoining: true };
}

/** Length of a header of group S, 0 where there is none. */
function syslogHeaderLength(text: string, base: number, length: number): number {
  const at = (index: number): number => text.charCodeAt(base + index);
  if (at(3) === space && at(6) === space && at(9) === colon && at(12) === colon && at(15) === space) return 16;
  if (length < 21) return 0;
  const dated = at(4) === hyphen && at(7) === hyphen && at(13) === colon && at(16) === colon;
  if (dated && length >= 24 && at(10) === space && at(19) === comma) return 24;
  if (dated && length >= 33 && at(10) === 0x54) {
    const isoLength = isoHeaderLength(at);
    if (isoLength > 0) return isoLength;
  }
  if (
    isDigit(at(0)) &&
    at(4) === space &&
    at(8) === space &&
    at(11) === space &&
    at(14) === colon &&
    at(17) === colon &&
    at(20) === space
  ) {
    return 21;
  }
  const macOs = dated && length >= 33 && isDigit(at(0)) && at(10) === space && at(19) === dot && at(31) === space;
  return macOs && (at(26) === hyphen || at(26) === 0x2b) ? 32 : 0;
}

function isoHeaderLength(at: (index: number) => number): number {
  if (at(22) === colon && at(25) === space) return 26;
  if (at(19) !== dot) return 0;
  if (at(26) === colon) return 30;
  return at(29) === colon ? 33 : 32;
}

function headerOf(timestamp: string | undefined, log: string): Header {
  return { timestamp, hostname: undefined, programName: undefined, log, adjoining: false };
}

/** Group O: formats without host and program. */
function readOtherHeader(text: string, base: number, length: number): Header | undefined {
  const at = (index: number): number => text.charCodeAt(base + index);
  if (
    length >= 28 &&
    at(3) === space &&
    at(7) === space &&
    at(10) === space &&
    at(13) === colon &&
    at(16) === colon &&
    at(19) === space &&
    at(24) === space &&
    at(26) === space
  ) {
    return headerOf(text.slice(0, 24), text.slice(25));
  }
  if (
    at(2) === slash &&
    at(5) === hyphen &&
    at(8) === colon &&
    at(11) === colon &&
    at(14) === dot &&
    at(21) === space
  ) {
    return headerOf(text.slice(0, 21), text.slice(23));
  }
  if (
    length >= 28 &&
    at(2) === slash &&
    at(5) === slash &&
    at(10) === hyphen &&
    at(13) === colon &&
    at(16) === colon &&
    at(19) === dot &&
    at(26) === space
  ) {
    return headerOf(text.slice(0, 26), text.slice(28));
  }
  if (at(0) === openBracket) return readBracketHeader(text, at, length);
  return readSquidHeader(text, at, length);
}

function readBracketHeader(text: string, at: (index: number) => number, length: number): Header | undefined {
  if (
    length >= 27 &&
    at(4) === space &&
    at(8) === space &&
    at(11) === space &&
    at(14) === colon &&
    at(17) === colon &&
    at(20) === space &&
    at(25) === closeBracket
  ) {
    return headerOf(text.slice(1, 25), text.slice(27));
  }
  const asl =
    length >= 26 &&
    at(1) === 0x54 &&
    at(5) === space &&
    at(10) === dot &&
    at(13) === dot &&
    at(16) === space &&
    at(19) === colon;
  return asl ? readAslHeader(text) : undefined;
}

/** `[Time …] [Facility …] [Sender x] … [Message …] … [Host h]` of OS X. */
function readAslHeader(text: string): Header {
  let programName: string | undefined;
  let hostname: string | undefined;
  let log: string | undefined;
  for (let open = text.indexOf('[', 25); open >= 0; open = text.indexOf('[', open + 1)) {
    const close = text.indexOf(']', open);
    if (close < 0) break;
    if (programName === undefined && text.startsWith('Sender ', open + 1)) programName = text.slice(open + 8, close);
    else if (log === undefined && text.startsWith('Message ', open + 1)) log = text.slice(open + 9, close);
    else if (text.startsWith('Host ', open + 1)) {
      hostname = text.slice(open + 6, close);
      break;
    }
    open = close;
  }
  return { timestamp: undefined, hostname, programName, log: log ?? text, adjoining: false };
}

function readSquidHeader(text: string, at: (index: number) => number, length: number): Header | undefined {
  const squid =
    length >= 32 &&
    at(0) === 0x31 &&
    isDigit(at(1)) &&
    isDigit(at(2)) &&
    isDigit(at(3)) &&
    at(10) === dot &&
    isDigit(at(13)) &&
    at(14) === space &&
    (at(21) === space || at(22) === space);
  if (!squid) return undefined;
  let start = 14;
  while (text.charCodeAt(start) === space) start++;
  return headerOf(text.slice(0, start - 1), text.slice(start));
}

function skipToken(text: string, from: number): number {
  let index = from;
  while (tokenBytes[text.charCodeAt(index)] === 1) index++;
  return index;
}

function skipDigits(text: string, from: number): number {
  let index = from;
  while (isDigit(text.charCodeAt(index))) index++;
  return index;
}

function skipAlphanumerics(text: string, from: number): number {
  let index = from;
  while (isAlphanumeric(text.charCodeAt(index))) index++;
  return index;
}

/** Host and program of a header of group S that ends before `end`. */
function readNames(text: string, end: number): Header {
  const timestamp = text.slice(0, end - 1);
  const start = text.charCodeAt(end) === space ? end + 1 : end;
  const tokenEnd = skipToken(text, start);
  const after = text.charCodeAt(tokenEnd);
  if (after === colon && text.charCodeAt(tokenEnd + 1) === space) {
    const programName = text.slice(start, tokenEnd);
    return { timestamp, hostname: undefined, programName, log: cutMessageId(text, tokenEnd + 2), adjoining: false };
  }
  if (after !== space) return headerOf(timestamp, text.slice(start));
  const program = readProgram(text, tokenEnd + 1);
  return {
    timestamp,
    hostname: text.slice(start, tokenEnd),
    programName: program.name,
    log: cutMessageId(text, program.logStart),
    adjoining: program.adjoining,
  };
}

interface Program {
  readonly name: string | undefined;
  readonly logStart: number;
  readonly adjoining: boolean;
}

function readProgram(text: string, start: number): Program {
  const end = skipToken(text, start);
  const after = text.charCodeAt(end);
  if (after === colon) {
    const logStart = skipOneSpace(text, end + 1);
    return { name: text.slice(start, end), logStart, adjoining: logStart === end + 1 };
  }
  if (after === openBracket && isDigit(text.charCodeAt(end + 1))) {
    const close = skipDigits(text, end + 1);
    if (text.charCodeAt(close) === closeBracket) {
      const next = text.charCodeAt(close + 1);
      if (next === colon)
        return { name: text.slice(start, end), logStart: skipOneSpace(text, close + 2), adjoining: false };
      if (next === space) return { name: text.slice(start, end), logStart: close + 2, adjoining: false };
    }
    return { name: undefined, logStart: start, adjoining: true };
  }
  const letter = text.charCodeAt(end + 1);
  if (after === pipe && letter >= 0x61 && letter <= 0x7a) return readAixProgram(text, start, end + 1);
  return { name: undefined, logStart: start, adjoining: true };
}

/** `auth|security:info prog[1]: …`. */
function readAixProgram(text: string, logStart: number, from: number): Program {
  const none: Program = { name: undefined, logStart, adjoining: true };
  const facilityEnd = skipAlphanumerics(text, from);
  if (text.charCodeAt(facilityEnd) !== colon) return none;
  const severityEnd = skipAlphanumerics(text, facilityEnd + 1);
  if (text.charCodeAt(severityEnd) !== space) return none;
  const start = severityEnd + 1;
  const end = skipToken(text, start);
  const name = text.slice(start, end);
  const after = text.charCodeAt(end);
  if (after === colon && text.charCodeAt(end + 1) === space) return { name, logStart: end + 2, adjoining: false };
  if (after !== openBracket || !isDigit(text.charCodeAt(end + 1))) return none;
  const close = skipDigits(text, end + 1);
  return text.startsWith(']: ', close)
    ? { name, logStart: close + 3, adjoining: false }
    : { name, logStart, adjoining: true };
}

function skipOneSpace(text: string, index: number): number {
  return text.charCodeAt(index) === space ? index + 1 : index;
}

/** Solaris: `[ID 800047 auth.info] text`. */
function cutMessageId(text: string, start: number): string {
  if (text.startsWith('[ID ', start)) {
    const close = text.indexOf(']', start);
    if (close >= 0) return text.slice(close + 2);
  }
  return text.slice(start);
}
