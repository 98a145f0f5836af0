// Text is handled as latin1 ("binary") strings, one character a byte; real Unicode is made where it leaves detection.

const beyondAscii = /[^\x00-\x7f]/;

/** Bytes as Unicode; what is not valid UTF-8 becomes U+FFFD. */
export function toUnicode(text: string): string {
  return beyondAscii.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}

/** Unicode as bytes. */
export function toBytes(text: string): string {
  return beyondAscii.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}
