// PCRE2 text → tree. What cannot be given the same meaning in a native RegExp is refused here or in pcre2-check.ts.
import { closeOverCase, escapedSets, everyByte, notNewline, setOfByte } from './byte-sets.ts';
import { type Assertion, type ByteSet, type Node, Pcre2Error } from './pcre2-ast.ts';
import { hasBracketed, readClass } from './pcre2-class.ts';
import { takeCharacterEscape } from './pcre2-escapes.ts';
import { type Flags, noFlags, setFlag } from './pcre2-flags.ts';
import { takeBounds } from './pcre2-quantifiers.ts';
import { Reader } from './pcre2-reader.ts';

export interface ParsedPcre2 {
  readonly root: Node;
  readonly groups: number;
  /** `(*UTF)`: the pattern is about code points, and matches only valid UTF-8. */
  readonly utf: boolean;
}

const maxDepth = 250;

/** @throws Pcre2Error */
export function parsePcre2(source: string): ParsedPcre2 {
  const parser = new Parser(source);
  return parser.parse();
}

class Parser {
  readonly #reader: Reader;
  readonly #names = new Map<string, number>();
  readonly #utf: boolean;
  #flags: Flags = { ...noFlags };
  #groups = 0;
  #depth = 0;

  constructor(source: string) {
    this.#reader = new Reader(source);
    this.#utf = this.#reader.take('(*UTF)');
  }

  parse(): ParsedPcre2 {
    const root = this.#parseAlternation();
    if (!this.#reader.done) this.#reader.fail(') without (');
    return { root, groups: this.#groups, utf: this.#utf };
  }

  /** Up to the closing parenthesis or the end. Flags set inside end with it. */
  #parseAlternation(): Node {
    if (++this.#depth > maxDepth) this.#reader.fail('groups nested too deeply');
    const outer = { ...this.#flags };
    const options: Node[] = [];
    do options.push(this.#parseSequence());
    while (this.#reader.take('|'));
    this.#flags = outer;
    this.#depth--;
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { type: 'alternation', options };
  }

  #parseSequence(): Node {
    const items: Node[] = [];
    for (;;) {
      this.#skipIgnored();
      const char = this.#reader.peek();
      if (char === '' || char === '|' || char === ')') break;
      if (this.#reader.take('\\Q')) {
        items.push(...this.#parseQuoted());
        continue;
      }
      if (this.#reader.take('\\E')) continue;
      const atom = this.#parseAtom();
      if (atom !== undefined) items.push(this.#parseQuantifiers(atom));
    }
    return { type: 'sequence', items };
  }

  /** Blanks and comments of `(?x)`, and `(?#…)`. */
  #skipIgnored(): void {
    for (;;) {
      if (this.#flags.extended && this.#reader.takeMatch(/(?:[\t-\r ]|#[^\n]*\n?)+/y) !== undefined) continue;
      if (this.#reader.takeMatch(/\(\?#[^)]*\)/y) !== undefined) continue;
      return;
    }
  }

  #parseQuoted(): Node[] {
    const items: Node[] = [];
    while (!this.#reader.done && !this.#reader.take('\\E')) {
      const literal = this.#literal(this.#reader.next().charCodeAt(0));
      const last = this.#reader.take('\\E');
      items.push(last ? this.#parseQuantifiers(literal) : literal);
      if (last) break;
    }
    return items;
  }

  #parseAtom(): Node | undefined {
    const char = this.#reader.next();
    switch (char) {
      case '.':
        return this.#set(this.#flags.dotAll ? everyByte : notNewline);
      case '^':
        return this.#assertion(this.#flags.multiline ? 'lineStart' : 'start');
      case '$':
        return this.#assertion(this.#flags.multiline ? 'lineEnd' : 'endOrFinalNewline');
      case '[':
        return this.#parseClass();
      case '(':
        return this.#parseGroup();
      case '\\':
        return this.#parseEscape();
      case '*':
      case '+':
      case '?':
        return this.#reader.fail(`nothing before ${char} to repeat`);
      case '{':
        if (this.#reader.takeMatch(/[0-9]+(?:,[0-9]*)?\}/y) !== undefined)
          this.#reader.fail('nothing before {…} to repeat');
        return this.#literal(char.charCodeAt(0));
      default:
        return this.#literal(char.charCodeAt(0));
    }
  }

  #parseClass(): Node {
    const reader = this.#reader;
    if (reader.text.startsWith('[:<:]]', reader.at) || reader.text.startsWith('[:>:]]', reader.at))
      reader.fail('[[:<:]] and [[:>:]] are not supported');
    if (hasBracketed(reader, reader.at - 1)) reader.fail('[:…:], [.….] and [=…=] can only stand inside a class');
    return this.#set(readClass(reader, this.#flags.caseless));
  }

  #set(set: ByteSet): Node {
    if (this.#utf && set.some((value, byte) => value === 1 && byte > 127)) {
      this.#reader.fail('with (*UTF) only literal text and ASCII classes are supported');
    }
    return { type: 'set', set };
  }

  #assertion(what: Assertion): Node {
    return { type: 'assertion', what };
  }

  /** A literal character: one byte, or with (*UTF) the bytes of its UTF-8 form. */
  #literal(code: number): Node {
    if (!this.#utf || code < 128) {
      if (code > 255) this.#reader.fail('a character above 255 needs (*UTF)');
      const set = setOfByte(code);
      return { type: 'set', set: this.#flags.caseless ? closeOverCase(set) : set };
    }
    if (this.#flags.caseless) this.#reader.fail('(?i) with characters above 127 under (*UTF) is not supported');
    if (code > 0x10_ffff) this.#reader.fail('not a code point');
    const bytes = Buffer.from(String.fromCodePoint(code), 'utf8');
    return { type: 'sequence', items: [...bytes].map((byte): Node => ({ type: 'set', set: setOfByte(byte) })) };
  }

  #parseEscape(): Node | undefined {
    const reader = this.#reader;
    const set = escapedSets.get(reader.peek());
    if (set !== undefined) {
      reader.at++;
      return this.#set(set);
    }
    if (reader.takeMatch(/N(?!\{)/y)) return this.#set(notNewline);
    if (reader.take('C')) return this.#set(everyByte);
    if (reader.take('A') || reader.take('G')) return this.#assertion('start');
    if (reader.take('z')) return this.#assertion('end');
    if (reader.take('Z')) return this.#assertion('endOrFinalNewline');
    if (reader.take('b')) return this.#assertion('wordBoundary');
    if (reader.take('B')) return this.#assertion('notWordBoundary');
    // \K moves the start of the match only, which nobody here asks for.
    if (reader.take('K')) return this.#depth > 1 ? reader.fail('\\K inside a group is not supported') : undefined;
    if (reader.take('R')) return lineBreak();
    return this.#parseReference() ?? this.#parseCharacterEscape();
  }

  #parseCharacterEscape(): Node {
    const code = takeCharacterEscape(this.#reader);
    if (code === undefined) return this.#reader.fail(`escape \\${this.#reader.peek()} is not supported`);
    return this.#literal(code);
  }

  #parseReference(): Node | undefined {
    const reader = this.#reader;
    if (reader.takeMatch(/[1-9][0-9]+/y))
      reader.fail('write \\g{10} for a group, \\x or \\o{…} for a byte: two digits can mean either');
    const number = reader.takeMatch(/([1-9])/y) ?? reader.takeMatch(/g\{?([+-]?[0-9]+)\}?/y);
    if (number !== undefined) return this.#reference(this.#resolveNumber(number[1] ?? ''));
    const name = reader.takeMatch(/(?:k<(\w+)>|k'(\w+)'|[kg]\{(\w+)\})/y);
    return name === undefined ? undefined : this.#namedReference(name[1] ?? name[2] ?? name[3] ?? '');
  }

  #resolveNumber(text: string): number {
    if (text.startsWith('+')) return this.#reader.fail('references to later groups are not supported');
    return text.startsWith('-') ? this.#groups + 1 + Number(text) : Number(text);
  }

  #namedReference(name: string): Node {
    const group = this.#names.get(name);
    if (group === undefined) return this.#reader.fail(`no group ${name} before its reference`);
    return this.#reference(group);
  }

  #reference(group: number): Node {
    return { type: 'backreference', group, caseless: this.#flags.caseless };
  }

  /** The reader stands after `(`. Undefined for a mere change of flags. */
  #parseGroup(): Node | undefined {
    const reader = this.#reader;
    if (reader.peek() === '*') return reader.fail('verbs (*…) are not supported');
    if (!reader.take('?')) return this.#flags.noCapture ? this.#closeGroup() : this.#parseCapture(undefined);
    const named = reader.takeMatch(/P?<([A-Za-z_]\w*)>/y) ?? reader.takeMatch(/'([A-Za-z_]\w*)'/y);
    if (named !== undefined) return this.#parseCapture(named[1]);
    const reference = reader.takeMatch(/P=(\w+)\)/y);
    if (reference !== undefined) return this.#namedReference(reference[1] ?? '');
    if (reader.take('>')) return { type: 'atomic', body: this.#closeGroup() };
    const look = reader.takeMatch(/<?[=!]/y)?.[0];
    if (look !== undefined) {
      const body = this.#closeGroup();
      return { type: 'look', behind: look.startsWith('<'), negative: look.endsWith('!'), body };
    }
    return this.#parseFlags();
  }

  #parseCapture(name: string | undefined): Node {
    const group = ++this.#groups;
    if (name !== undefined) {
      if (this.#names.has(name)) this.#reader.fail(`two groups named ${name}`);
      this.#names.set(name, group);
    }
    return { type: 'capture', group, body: this.#closeGroup() };
  }

  #closeGroup(): Node {
    const body = this.#parseAlternation();
    if (!this.#reader.take(')')) this.#reader.fail('( without )');
    // The sequence of its own keeps a following quantifier on the whole group.
    return { type: 'sequence', items: [body] };
  }

  #parseFlags(): Node | undefined {
    const reader = this.#reader;
    const found = reader.takeMatch(/(\^?)([imsxUn]*)(?:-([imsxUn]*))?([:)])/y);
    if (found === undefined) return reader.fail(`(?${reader.peek()} is not supported`);
    const [, reset = '', on = '', off = '', close = ''] = found;
    if (on.includes('xx')) reader.fail('(?xx) is not supported');
    const outer = this.#flags;
    const flags = reset === '' ? { ...outer } : { ...noFlags, ungreedy: outer.ungreedy };
    for (const letter of on) setFlag(flags, letter, true);
    for (const letter of off) setFlag(flags, letter, false);
    this.#flags = flags;
    if (close === ')') return undefined;
    const body = this.#closeGroup();
    this.#flags = outer;
    return body;
  }

  #parseQuantifiers(atom: Node): Node {
    this.#skipIgnored();
    const bounds = takeBounds(this.#reader);
    if (bounds === undefined) return atom;
    if (atom.type === 'assertion' || atom.type === 'look')
      this.#reader.fail('a quantifier after an assertion is not supported');
    const lazyMark = this.#reader.take('?');
    const possessive = !lazyMark && this.#reader.take('+');
    const mode = possessive ? 'possessive' : lazyMark !== this.#flags.ungreedy ? 'lazy' : 'greedy';
    const repeat: Node = { type: 'repeat', body: atom, ...bounds, mode };
    this.#skipIgnored();
    if (takeBounds(this.#reader) !== undefined) this.#reader.fail('a quantifier after a quantifier');
    return repeat;
  }
}

/** `\R` is atomic in PCRE2. */
function lineBreak(): Node {
  const byte = (code: number): Node => ({ type: 'set', set: setOfByte(code) });
  const single = escapedSets.get('v');
  if (single === undefined) throw new Pcre2Error('\\R is not supported');
  const pair: Node = { type: 'sequence', items: [byte(0x0d), byte(0x0a)] };
  const body: Node = { type: 'alternation', options: [pair, { type: 'set', set: single }] };
  return { type: 'atomic', body, lineBreak: true };
}
