// The inline flags of PCRE2 that are understood: `(?imsxUn-…)`.

export interface Flags {
  caseless: boolean;
  multiline: boolean;
  dotAll: boolean;
  extended: boolean;
  ungreedy: boolean;
  noCapture: boolean;
}

const flagNames: ReadonlyMap<string, keyof Flags> = new Map([
  ['i', 'caseless'],
  ['m', 'multiline'],
  ['s', 'dotAll'],
  ['x', 'extended'],
  ['U', 'ungreedy'],
  ['n', 'noCapture'],
]);

export const noFlags: Flags = {
  caseless: false,
  multiline: false,
  dotAll: false,
  extended: false,
  ungreedy: false,
  noCapture: false,
};

export function setFlag(flags: Flags, letter: string, value: boolean): void {
  const name = flagNames.get(letter);
  if (name !== undefined) flags[name] = value;
}
