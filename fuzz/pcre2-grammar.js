// Random patterns of PCRE2, and texts that come near to them.

const atoms = [
  'a',
  'b',
  'c',
  'A',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '\\S',
  '\\W',
  '[ab]',
  '[^a]',
  '[a-c1]',
  '\\x41',
  '[[:alpha:]]',
  '1',
  ' ',
  '\\.',
  '\\n',
  '\\h',
  '\\R',
  '\\N',
];
const quantifiers = [
  '*',
  '+',
  '?',
  '{2}',
  '{0,2}',
  '{1,3}',
  '{2,}',
  '*?',
  '+?',
  '??',
  '{1,2}?',
  '*+',
  '++',
  '?+',
  '{0,20}',
  '{17}',
];
const assertions = ['^', '$', '\\b', '\\B', '\\A', '\\z', '\\Z'];
const openings = [
  '(',
  '(',
  '(',
  '(?:',
  '(?:',
  '(?=',
  '(?!',
  '(?<=',
  '(?<!',
  '(?>',
  '(?i)(',
  '(?m)(?:',
  '(?s:',
  '(?i:',
  '(?<n>',
  '(?U:',
];
const alphabet = ['a', 'a', 'a', 'b', 'b', 'c', 'A', 'B', '1', '2', ' ', '\n', '.', '\r', '\xe4', '_', '\r\n', '\0'];

export function makePattern(random, depth = 0) {
  const options = [];
  for (let left = 1 + (random.chance(0.3) ? random.below(3) : 0); left > 0; left--) {
    let sequence = '';
    for (let items = random.below(5 - depth) + (depth === 0 ? 1 : 0); items > 0; items--)
      sequence += makeItem(random, depth);
    options.push(sequence);
  }
  return options.join('|');
}

function makeItem(random, depth) {
  if (random.chance(0.12)) return random.pick(assertions);
  if (random.chance(0.06)) return `\\${1 + random.below(3)}`;
  const quantifier = random.chance(0.4) ? random.pick(quantifiers) : '';
  if (depth < 3 && random.chance(0.35)) {
    const opening = random.pick(openings);
    const group = `${opening}${makePattern(random, depth + 1)})`;
    return /^\(\?(<?[=!]|<n)/.test(opening) ? group : group + quantifier;
  }
  return random.pick(atoms) + quantifier;
}

export function makeSubject(random) {
  let text = '';
  for (let left = random.size(40); left > 0; left--) {
    text += random.chance(0.1) ? random.pick(alphabet).repeat(random.size(60)) : random.pick(alphabet);
  }
  return text;
}
