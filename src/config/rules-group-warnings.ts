// Tells of a `<rules_group>` that says something else than was meant. It is matched as it is, as in Wazuh.
// spec decisions, "rules_group"; spec ruleset §4.3
import { quoteValue } from './quote-value.ts';

/** What is doubtful about the pattern, as one sentence; undefined where nothing is. */
export function examineRulesGroup(pattern: string): string | undefined {
  if (pattern === '') return '<rules_group> is empty, which matches every rule: name groups or leave the element out.';
  const broken = findCompileError(pattern);
  if (broken !== undefined) return `${broken}, so this <rules_group> never matches.`;
  const alternatives = splitAlternatives(pattern);
  if (alternatives.some((alternative) => alternative === '' || alternative === '^')) {
    return `<rules_group> ${quoteValue(pattern)} has an empty alternative, which matches every rule: take out the "|" that has nothing beside it.`;
  }
  return findHopelessAlternative(alternatives) ?? findRegexHabit(pattern);
}

function findHopelessAlternative(alternatives: readonly string[]): string | undefined {
  for (const alternative of alternatives) {
    const reason = explainHopeless(alternative);
    if (reason !== undefined) return `${quoteValue(alternative)} in <rules_group> matches no rule: ${reason}.`;
  }
  return undefined;
}

function explainHopeless(alternative: string): string | undefined {
  if (alternative === '$' || alternative === '^$') return 'it stands for an empty list of groups';
  if (/[^\x00-\x7f]/.test(alternative)) return 'letters beyond ASCII never match';
  if (/[\n\r\t]/.test(alternative)) return 'line ends and tabs belong to the pattern, write it on one line';
  if (alternative !== alternative.trim()) return 'blanks belong to the pattern, leave them out';
  return undefined;
}

/** `*`, `+` and brackets are themselves unless a class such as `\w` stands before a quantifier. */
function findRegexHabit(pattern: string): string | undefined {
  const found = /(?<!\\[dDwWsSpt.])[*+]|[[\]{}?]/.exec(pattern.replace(/\\[()\\|<$]/g, ''));
  if (found === null) return undefined;
  return `${quoteValue(found[0])} in <rules_group> ${quoteValue(pattern)} is an ordinary character there: this is OS_Regex, where any text is written "\\.*".`;
}

/** Alternatives are separated by `|` unless a backslash stands before it. */
function splitAlternatives(pattern: string): string[] {
  const alternatives = [''];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === '|') {
      alternatives.push('');
      continue;
    }
    const last = alternatives.length - 1;
    const piece = character === '\\' ? pattern.slice(index, index + 2) : character;
    alternatives[last] = (alternatives[last] ?? '') + piece;
    index += piece.length - 1;
  }
  return alternatives;
}

function findCompileError(pattern: string): string | undefined {
  let isInside = false;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === '\\') {
      index++;
      const escaped = pattern.charAt(index);
      if (!/[dDwWsSpt.$()\\|<]/.test(escaped)) return `${quoteValue(`\\${escaped}`)} is no class of OS_Regex`;
    } else if (character === '(') {
      if (isInside) return 'parentheses inside parentheses do not compile';
      isInside = true;
    } else if (character === ')') {
      if (!isInside) return '")" without "(" does not compile';
      isInside = false;
    } else if (character === '|' && isInside) {
      return '"|" inside parentheses does not compile';
    }
  }
  return isInside ? '"(" without ")" does not compile' : undefined;
}
