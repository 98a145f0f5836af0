// Text from logs, alerts and scripts is shown, never obeyed: what steers a terminal or turns the direction of writing is spelled out.

// C0, DEL and C1; line and paragraph separators; bidirectional marks, embeddings, overrides and isolates; zero-width characters that hide text;
// tags; halves of surrogate pairs, which a terminal would get as something else.
const steering =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** Most text is this, and the long pattern need not look at it. */
const plain = /^[\x20-\x7e]*$/;

/**
 * Escapes control, escape and bidirectional characters for printing: the result is one line. `\n`, `\r`, `\t` are shown so, the other characters below
 * 256 as `\x1b`, the rest as `\u202e` or `\u{e0001}`. A backslash stays as it is: the result is for people, not for parsing. // semantics, What is shown
 */
export function escapeControls(text: string): string {
  return plain.test(text) ? text : text.replace(steering, escapeOne);
}

function escapeOne(character: string): string {
  const named = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}
