// The byte classes of osregex. // spec ruleset §4.3

/** Escape letter → which bytes it accepts, as a table of 256. */
export const classTables: ReadonlyMap<string, Uint8Array> = buildClassTables();

function buildClassTables(): Map<string, Uint8Array> {
  const digit = tableOf((byte) => byte >= 0x30 && byte <= 0x39);
  const word = tableOf((byte) => /[A-Za-z0-9@_-]/.test(String.fromCharCode(byte)));
  const space = tableOf((byte) => byte === 0x20);
  const punctuation = '!"#$%&\'()*+,-.:;<=>?[]{|}';
  return new Map([
    ['d', digit],
    ['D', complement(digit)],
    ['w', word],
    ['W', complement(word)],
    ['s', space],
    ['S', complement(space)],
    ['p', tableOf((byte) => punctuation.includes(String.fromCharCode(byte)))],
    ['.', tableOf(() => true)],
    ['t', tableOf((byte) => byte === 0x09)],
    // An escaped literal is a class of one byte: it takes a quantifier, and the scan treats it as it treats classes.
    ...Array.from('$()\\|<', (char): [string, Uint8Array] => [char, tableOf((byte) => byte === char.charCodeAt(0))]),
  ]);
}

function tableOf(accepts: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (accepts(byte) ? 1 : 0));
}

function complement(table: Uint8Array): Uint8Array {
  return table.map((value) => 1 - value);
}
