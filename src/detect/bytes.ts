// Text is handled as latin1 ("binary") strings, one character a byte; real Unicode is made where it leaves detection.

const beyondAscii = /[^\x00-\x7f]/;
/** From this length on a call into the runtime is quicker than a loop. */
export const longText = 24;

function isAscii(text: string): boolean {
  const { length } = text;
  if (length >= longText) return !beyondAscii.test(text);
  for (let index = 0; index < length; index++) if (text.charCodeAt(index) >= 0x80) return false;
  return true;
}

/** The same text on its own: a piece of a longer text keeps all of that in memory. */
export function copyText(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** Writes a latin1 text, for which there is room, and returns the offset behind it. */
export function putLatin1(text: string, bytes: Buffer, at: number): number {
  const { length } = text;
  if (length >= longText) bytes.write(text, at, 'latin1');
  else for (let index = 0; index < length; index++) bytes[at + index] = text.charCodeAt(index);
  return at + length;
}

/** Bytes as Unicode; what is not valid UTF-8 becomes U+FFFD. */
export function toUnicode(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'latin1').toString('utf8');
}

/** Unicode as bytes. */
export function toBytes(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Texts of bytes or of Unicode that JSON prints as they are. */
export const quotable = /^[\x20\x21\x23-\x5b\x5d-\xff]*$/;

/** As JSON.stringify does, sooner for texts in which nothing has to be escaped. Of bytes or of Unicode. */
export function quoteText(text: string): string {
  return quotable.test(text) ? `"${text}"` : JSON.stringify(text);
}
