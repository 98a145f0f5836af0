// Patterns: PCRE2 as we run it, by both of our ways, against the real library; osregex against a slow implementation of its own.

import { mutate } from './mutate.js';
import { makeOsregex, makeOsregexSubject } from './osregex-grammar.js';
import { slowOsregex } from './osregex-slow.js';
import { makePattern, makeSubject } from './pcre2-grammar.js';

const unset = 2 ** 53;
const patience = 3_000_000;
const tooLarge = 120;

/** `modules` as in modules.js; `reference` is what loadPcre2 gave, or undefined. */
export function makeTarget({ modules, samples, reference }) {
  return {
    name: 'patterns',
    next(random) {
      if (reference === undefined || random.chance(0.4)) return nextOsregex(random, samples.osregex);
      const written = random.chance(0.2)
        ? mutate(random.pick(samples.pcre2), random, samples.pcre2, 400)
        : makePattern(random);
      return { kind: 'pcre2', pattern: written, text: makeSubject(random) };
    },
    /** What PCRE2 answers, kept beside a finding for machines without it. */
    record: (input) => (input.kind === 'pcre2' ? reference?.(input.pattern, input.text) : undefined),
    check: (input) => (input.kind === 'osregex' ? checkOsregex(modules, input) : checkPcre2(modules, reference, input)),
  };
}

function nextOsregex(random, samples) {
  const mutated = random.chance(0.3);
  const pattern = mutated ? mutate(random.pick(samples), random, samples, 200) : makeOsregex(random);
  return { kind: 'osregex', pattern, text: makeOsregexSubject(random, pattern) };
}

function show(end, captures) {
  return end === undefined ? 'no match' : `ends at ${end}, captures ${JSON.stringify(captures)}`;
}

function checkOsregex({ compileOsregex, Subject }, { pattern, text }) {
  const compiled = compileOsregex(pattern, { captures: true });
  const wanted = slowOsregex(pattern, text);
  if (!compiled.ok || wanted.refused) {
    return compiled.ok === !wanted.refused
      ? undefined
      : `refused: ${!compiled.ok} here, ${wanted.refused} by the slow one`;
  }
  const end = compiled.regex.match(new Subject(text));
  const got = show(end, compiled.regex.captures);
  const expected = show(wanted.end, wanted.captures);
  return got === expected ? undefined : `${got}; the slow one: ${expected}`;
}

/** What PCRE2 answers, in our words. `recorded` holds for a machine without it. */
function expectedOf(reference, { pattern, text, recorded }) {
  const answer = reference === undefined ? recorded : reference(pattern, text);
  if (answer === undefined || answer.limit !== undefined) return undefined;
  // Too large when compiled: its limit is not ours.
  if (answer.error === tooLarge) return undefined;
  // What it takes `[\E-` for depends on what it has compiled before.
  if (/\[\^?(?:\\Q)?\\E/.test(pattern)) return undefined;
  // Where PCRE2 takes a repeat for possessive that is not, it contradicts itself: such patterns are left out.
  const plainly =
    reference === undefined || pattern.startsWith('(*') ? answer : reference(`(*NO_AUTO_POSSESS)${pattern}`, text);
  if (JSON.stringify(plainly) !== JSON.stringify(answer)) return undefined;
  if (answer.error !== undefined) return 'refused';
  if (answer.spans === undefined) return 'no match';
  const [whole, ...groups] = answer.spans;
  const captures = groups.map(([start, end]) => (start >= unset ? '' : text.slice(start, end)));
  return show(whole[1] - 1, captures);
}

function checkPcre2({ compilePcre2, parsePcre2, CountedPattern, Subject }, reference, input) {
  const { pattern, text } = input;
  const subject = new Subject(text);
  const plain = compilePcre2(pattern);
  const capturing = compilePcre2(pattern, { captures: true });
  if (!capturing.ok && !plain.ok) return undefined;
  const expected = expectedOf(reference, input);
  if (expected === undefined) return undefined;
  if (expected === 'refused') return 'taken here, refused by PCRE2';
  if (plain.ok) {
    const end = plain.regex.match(subject);
    if (plain.regex.test(subject) !== (end !== undefined)) return 'test and match disagree';
    const wanted = expected.split(',')[0];
    if (show(end, []).split(',')[0] !== wanted) return `without captures: ${show(end, [])}; PCRE2: ${expected}`;
    const { requiredAnyOf } = plain.regex;
    if (end !== undefined && requiredAnyOf?.some((literal) => subject.folded.includes(literal)) === false) {
      return `matches without any of ${JSON.stringify(requiredAnyOf)}`;
    }
  }
  if (!capturing.ok) return undefined;
  const end = capturing.regex.match(subject);
  const got = show(end, capturing.regex.captures);
  if (got !== expected) return `${got}; PCRE2: ${expected}`;
  const parsed = parsePcre2(pattern);
  if (parsed.utf) return undefined;
  const counted = new CountedPattern(parsed, true);
  const found = counted.find(text, patience);
  // Nothing bounds a reference but the limit: PCRE2 has shortcuts of its own.
  if (found < -1 && /\\[1-9gk]|\(\?P=/.test(pattern)) return undefined;
  if (found < -1) return `gave up after ${counted.steps} steps`;
  const steps = show(found < 0 ? undefined : found - 1, found < 0 ? [] : counted.readCaptures(text));
  return steps === expected ? undefined : `counting steps: ${steps}; PCRE2: ${expected}`;
}
