// How a value from a file is shown inside a message.

const maximumShown = 60;

/** The value in quotes, on one line, shortened, with every character escaped that could act on a terminal. */
export function quoteValue(value: string): string {
  const shown = value.length > maximumShown ? `${value.slice(0, maximumShown)}…` : value;
  return `"${shown.replace(/["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  if (character === '"' || character === '\\') return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
