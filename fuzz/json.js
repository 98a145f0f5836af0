// JSON text: wherever JSON.parse accepts it, our reader has the same value.
import { mutate } from './mutate.js';

const keys = ['a', 'b', 'A', 'srcip', 'a.b', '', '__proto__', 'constructor', 'toString', '\u00e4', '1', 'x'.repeat(40)];
const numbers = [0, -0, 1, -1, 1.5, 1e21, 1e-7, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e308, 5e-324, 123456789.125];
const strings = [
  '',
  'a',
  '\n\t\b\f\r',
  '"\\/',
  '\u0001',
  '\u00e4\u20ac',
  '\ud83d\ude00',
  '\u2028',
  'null',
  'x'.repeat(100),
];
const spellings = [
  '1e5',
  '1E+5',
  '-0.0',
  '1.0',
  '0.10',
  '1e400',
  '12345678901234567890',
  '"\\u0041"',
  '"\\/"',
  '"\\u00e4"',
  '"\\ud83d\\ude00"',
  'true',
  'false',
  'null',
];

function makeValue(random, depth) {
  if (depth > 5 || random.chance(0.4)) return makeScalar(random);
  if (random.chance(0.4)) return `[${makeItems(random, () => makeValue(random, depth + 1))}]`;
  return `{${makeItems(random, () => `${space(random)}${JSON.stringify(random.pick(keys))}${space(random)}:${makeValue(random, depth + 1)}`)}}`;
}

function makeItems(random, make) {
  return Array.from({ length: random.below(5) }, make).join(`${space(random)},`);
}

function makeScalar(random) {
  if (random.chance(0.3)) return space(random) + random.pick(spellings);
  return space(random) + JSON.stringify(random.chance(0.5) ? random.pick(strings) : random.pick(numbers));
}

function space(random) {
  return random.chance(0.2) ? random.pick([' ', '\n', '\t', '\r\n', '  ']) : '';
}

export function makeTarget({ modules }) {
  return {
    name: 'json',
    next(random) {
      const text = Buffer.from(makeValue(random, 0)).toString('latin1');
      return { text: random.chance(0.5) ? text : mutate(text, random, [text, '{"a":[1,"b"]}'], 20_000) };
    },
    check: ({ text }) => checkJson(modules, text),
  };
}

function parse(text) {
  try {
    return { value: JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) };
  } catch {
    return undefined;
  }
}

/** What the reader is known, and meant, to take otherwise: NUL ends a string, nesting ends at 1000, lone surrogates are refused. */
function isOurOwn(text) {
  return (
    /\\u0000|\\u[dD][89a-fA-F]/.test(text) || depthOf(text) >= 1000 || !isUtf8(text) || text.startsWith('\xef\xbb\xbf')
  );
}

function isUtf8(text) {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.from(bytes.toString('utf8')).equals(bytes);
}

function depthOf(text) {
  let depth = 0;
  let deepest = 0;
  for (const char of text) {
    if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth);
    else if (char === '}' || char === ']') depth--;
  }
  return deepest;
}

function checkJson({ readJson, toJsonValue }, text) {
  const node = readJson(text, true);
  const shown = node === undefined ? undefined : JSON.stringify(toJsonValue(node));
  if (isOurOwn(text)) return undefined;
  const expected = parse(text);
  if (expected === undefined) return undefined;
  if (node === undefined) return 'refused here, taken by JSON.parse';
  // Of equal keys the first counts here, the last in JSON.parse.
  if (hasEqualKeys(node, new Set())) return undefined;
  const wanted = JSON.stringify(expected.value);
  return shown === wanted ? undefined : `${shown?.slice(0, 300)}; JSON.parse: ${wanted.slice(0, 300)}`;
}

function hasEqualKeys(node) {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some(hasEqualKeys);
  return new Set(node.keys).size !== node.keys.length || node.values.some(hasEqualKeys);
}
