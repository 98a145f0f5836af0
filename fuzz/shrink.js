// Makes a finding small: pieces of its texts are left out as long as it stays a finding.

/** What says of which sort an input is stays as it is. */
const kept = new Set(['kind', 'ruleset']);

/** Every text in the input that may change, as a way to put another in its place. */
function textsOf(input) {
  const places = [];
  const visit = (value, path) => {
    if (typeof value === 'string') places.push({ text: value, path });
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) if (!kept.has(key)) visit(inner, [...path, key]);
    }
  };
  visit(input, []);
  return places;
}

function replaceAt(value, [key, ...rest], text) {
  if (key === undefined) return text;
  return { ...value, [key]: replaceAt(value[key], rest, text) };
}

/** `fails`: whether an input is a finding still. `left`: how many may be tried. `isOver`: the time is. */
export function shrink(input, fails, isOver, left = 2000) {
  let smallest = input;
  let tries = left;
  for (const { path } of textsOf(input)) {
    const current = () => textsOf(smallest).find((place) => place.path.join() === path.join())?.text ?? '';
    for (let size = current().length >> 1; size >= 1 && tries > 0 && !isOver(); size >>= 1) {
      for (let at = 0; at + size <= current().length && tries > 0 && !isOver(); ) {
        const text = current();
        const candidate = replaceAt(smallest, path, text.slice(0, at) + text.slice(at + size));
        tries--;
        if (fails(candidate)) smallest = candidate;
        else at += size;
      }
    }
  }
  return smallest;
}
