// A list of keys and values, read from its text source. // spec ruleset §7.7

export type KeyList = ReadonlyMap<string, string>;

/** `key:value` a line; either side may be in double quotes. The first of equal keys wins. */
export function readKeyList(text: string): KeyList {
  const list = new Map<string, string>();
  for (const line of text.split(/[\r\n]+/)) {
    const entry = readEntry(line);
    if (entry !== undefined && !list.has(entry[0])) list.set(entry[0], entry[1]);
  }
  return list;
}

function readEntry(line: string): [string, string] | undefined {
  const quoted = /^[^":]*"([^"]*)"[^:]*:/.exec(line);
  const colon = quoted === null ? line.indexOf(':') : quoted[0].length - 1;
  if (colon < 0) return undefined;
  const key = quoted?.[1] ?? line.slice(0, colon);
  const rest = line.slice(colon + 1);
  return [key, /"([^"]*)"/.exec(rest)?.[1] ?? rest];
}

/** The value of the address, or of its longest prefix that ends in a dot and is a key. */
export function findAddress(list: KeyList, address: string): string | undefined {
  const whole = list.get(address);
  if (whole !== undefined) return whole;
  for (let dot = address.lastIndexOf('.'); dot >= 0; dot = address.lastIndexOf('.', dot - 1)) {
    const value = list.get(address.slice(0, dot + 1));
    if (value !== undefined) return value;
    if (dot === 0) return undefined;
  }
  return undefined;
}
