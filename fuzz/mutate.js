// Texts made from texts: what was cut, doubled, joined, or strewn with what parsers stumble over.

const hostile = [
  '\0',
  '\xff\xfe',
  '\xc3',
  '\xed\xa0\x80',
  '\u0080',
  '"',
  '\\',
  '\\u0000',
  '\\ud800',
  '{',
  '}',
  '[',
  ']',
  '<',
  '>',
  '&amp;',
  '-->',
  '<!--',
  '$(',
  ' ',
  ':',
  ': ',
  ',',
  '=',
  '.',
  '|',
  '(',
  ')',
  '\t',
  '\r',
  '%n',
  '../',
  '999999999999999999999',
  '-0',
  '1e400',
  '__proto__',
  'constructor',
];

/** One change. `pool`: other texts that may be joined in. */
function change(text, random, pool) {
  const at = random.below(text.length + 1);
  const length = random.size(text.length + 1);
  switch (random.below(9)) {
    case 0:
      return text.slice(0, at) + random.pick(hostile) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    case 3:
      return text.slice(0, at + length) + text.slice(at);
    case 4: {
      const other = random.pick(pool);
      return text.slice(0, at) + other.slice(random.below(other.length + 1));
    }
    case 5:
      return text.slice(0, at) + random.bytes(random.size(32)) + text.slice(at);
    case 6:
      return text.slice(0, at) + text.slice(at, at + 1 + random.below(8)).repeat(random.size(5000)) + text.slice(at);
    case 7: {
      const piece = text.slice(at, at + length);
      return text.slice(0, at) + piece.replace(/[a-z]/g, (letter) => letter.toUpperCase()) + text.slice(at + length);
    }
    default:
      return text.slice(0, at) + random.pick(hostile).repeat(random.size(3000)) + text.slice(at);
  }
}

export function mutate(text, random, pool, longest = 65_536) {
  let changed = text;
  for (let left = 1 + random.size(6); left > 0; left--) changed = change(changed, random, pool);
  return changed.slice(0, longest);
}
