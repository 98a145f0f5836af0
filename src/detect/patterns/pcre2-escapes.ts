// Escapes of PCRE2 that stand for one character, inside and outside of classes.
import type { Reader } from './pcre2-reader.ts';

const controls: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['e', 0x1b],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
]);

/**
 * The code of the character that the escape stands for; undefined if it is none such. The reader stands after the backslash,
 * and has moved only if there was one.
 */
export function takeCharacterEscape(reader: Reader): number | undefined {
  const char = reader.peek();
  if (char === '') reader.fail('\\ at the end of the pattern');
  if (!/[A-Za-z0-9]/.test(char)) {
    reader.at++;
    return char.charCodeAt(0);
  }
  const control = controls.get(char);
  if (control !== undefined) {
    reader.at++;
    return control;
  }
  return takeNumericEscape(reader);
}

function takeNumericEscape(reader: Reader): number | undefined {
  const hex = reader.takeMatch(/x\{([0-9A-Fa-f]+)\}/y) ?? reader.takeMatch(/x(?!\{)([0-9A-Fa-f]{0,2})/y);
  if (hex !== undefined) return Number.parseInt(`0${hex[1]}`, 16);
  const octal = reader.takeMatch(/o\{([0-7]+)\}/y) ?? reader.takeMatch(/(0[0-7]{0,2})/y);
  if (octal !== undefined) return Number.parseInt(octal[1] ?? '0', 8);
  const named = reader.takeMatch(/N\{U\+([0-9A-Fa-f]+)\}/y);
  if (named !== undefined) return Number.parseInt(named[1] ?? '0', 16);
  const control = reader.takeMatch(/c([ -~])/y);
  if (control !== undefined) return (control[1] ?? '').toUpperCase().charCodeAt(0) ^ 0x40;
  return undefined;
}
