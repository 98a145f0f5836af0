// Random patterns of osregex, and texts that come near to them.

const classes = ['\\d', '\\w', '\\s', '\\S', '\\.', '\\p', '\\D', '\\W', '\\t', '\\(', '\\|'];
const literals = ['a', 'b', 'A', ':', ' ', ',', '=', '.', '+', '$', '^', '-', '1', 'ab', '\xe4'];
const near = [
  'a',
  'a',
  'b',
  'B',
  '1',
  '2',
  ' ',
  ' ',
  ':',
  ',',
  '=',
  '.',
  '-',
  '(',
  '|',
  '\t',
  '\n',
  '\xe4',
  '\0',
  '+',
  '$',
];

function makeItem(random) {
  if (random.chance(0.45)) return random.pick(literals);
  return random.pick(classes) + random.pick(['', '', '+', '+', '*', '*']);
}

function makeAlternative(random) {
  let text = random.chance(0.2) ? '^' : '';
  for (let left = random.below(7); left > 0; left--) {
    if (!random.chance(0.25)) text += makeItem(random);
    else text += `(${makeItem(random)}${random.chance(0.3) ? makeItem(random) : ''})`;
  }
  return random.chance(0.2) ? `${text}$` : text;
}

export function makeOsregex(random) {
  const options = [makeAlternative(random)];
  while (random.chance(0.15)) options.push(makeAlternative(random));
  return options.join('|');
}

/** Made of the pattern's own literals, and of others. */
export function makeOsregexSubject(random, pattern) {
  const own = pattern.split(/\\.|[()|*+^$]/).filter((piece) => piece !== '');
  let text = '';
  for (let left = random.size(40); left > 0; left--) {
    const piece = own.length > 0 && random.chance(0.4) ? random.pick(own) : random.pick(near);
    text += random.chance(0.05) ? piece.repeat(random.size(30)) : piece;
  }
  return text.slice(0, 2000);
}
