// The recorded answers of the original's pattern libraries: whether they match, where the match ends, and what is captured.
import { readLines } from './reference.js';

const unhex = (text) => Buffer.from(text.slice(1), 'hex').toString('latin1');
const hex = (text) => `=${Buffer.from(text, 'latin1').toString('hex')}`;

/**
 * @param {string} folder
 * @param {'osregex' | 'osmatch'} language
 * @param {{ compileExpression: Function, Subject: new (text: string) => object }} engine
 */
export function comparePatterns(folder, language, engine) {
  const differences = [];
  const vectors = readLines(folder, `${language}-vectors.tsv.gz`);
  for (const vector of vectors) {
    const [mode, pattern, subject, , ...answer] = vector.split('\t');
    const expected = answer.join('\t');
    const received =
      language === 'osmatch' ? askOsmatch(pattern, subject, engine) : askOsregex(mode, pattern, subject, engine);
    const same = received === expected || (received === 'E' && expected.startsWith('E'));
    if (!same)
      differences.push({ where: language, line: `${unhex(pattern)} on ${unhex(subject)}`, expected, received });
  }
  return { lines: vectors.length, alike: vectors.length - differences.length, differences };
}

function askOsmatch(pattern, subject, { compileExpression, Subject }) {
  const compiled = compileExpression('osmatch', unhex(pattern));
  return compiled.ok ? String(Number(compiled.expression.test(new Subject(unhex(subject))))) : 'E';
}

function askOsregex(mode, pattern, subject, { compileExpression, Subject }) {
  const captures = mode === 'c';
  const compiled = compileExpression('osregex', unhex(pattern), { captures });
  if (!compiled.ok) return 'E';
  const end = compiled.expression.match(new Subject(unhex(subject)));
  if (end === undefined) return '-';
  return [end, ...(captures ? compiled.expression.captures.map(hex) : [])].join('\t');
}
