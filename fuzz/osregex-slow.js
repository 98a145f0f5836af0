// osregex once more, word for word by the description of its procedure and without regard to speed. It shares nothing with the
// one in src, so that both make the same mistake only where the description has it. // spec ruleset §4.3

const word = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-@_';
const punctuation = '!"#$%&\'()*+,-.:;<=>?[]{|}';
const isDigit = (byte) => byte >= '0' && byte <= '9';
const classes = {
  d: isDigit,
  D: (byte) => !isDigit(byte),
  w: (byte) => word.includes(byte),
  W: (byte) => !word.includes(byte),
  s: (byte) => byte === ' ',
  S: (byte) => byte !== ' ',
  t: (byte) => byte === '\t',
  p: (byte) => punctuation.includes(byte),
  '.': () => true,
};
for (const literal of '$()\\|<') classes[literal] = (byte) => byte === literal;

const fold = (byte) => (byte >= 'A' && byte <= 'Z' ? String.fromCharCode(byte.charCodeAt(0) + 32) : byte);
const marker = { marker: true };
const paren = { paren: true };

class Refused extends Error {}

/** Alternatives as { cells, begin, end }. */
function compile(pattern) {
  if (pattern.length > 20_480) throw new Refused();
  const parts = [''];
  let open = false;
  for (let at = 0; at < pattern.length; at++) {
    const byte = pattern[at];
    if (byte === '|') {
      if (open) throw new Refused();
      parts.push('');
      continue;
    }
    if (byte === '(' && open) throw new Refused();
    if (byte === ')' && !open) throw new Refused();
    if (byte === '(' || byte === ')') open = byte === '(';
    parts[parts.length - 1] += byte;
    if (byte !== '\\') continue;
    at++;
    if (!Object.hasOwn(classes, pattern[at] ?? '')) throw new Refused();
    parts[parts.length - 1] += pattern[at];
  }
  if (open) throw new Refused();
  return parts.map(compileAlternative);
}

function compileAlternative(part) {
  const cells = [];
  const begin = part.startsWith('^');
  let end = false;
  let parens = 0;
  let quantifiable = false;
  for (let at = begin ? 1 : 0; at < part.length; at++) {
    const byte = part[at];
    let isClass = false;
    if (byte === '\\') {
      at++;
      cells.push(marker, { accepts: classes[part[at]] });
      isClass = true;
    } else if (byte === '(' || byte === ')') {
      cells.push(paren);
      parens++;
      if (parens > 255) throw new Refused();
    } else if (quantifiable && (byte === '+' || byte === '*')) cells.push({ quantifier: byte });
    else if (byte === '$' && at === part.length - 1) end = true;
    else cells.push({ literal: fold(byte) });
    quantifiable = isClass;
  }
  return { cells, begin, end };
}

/** @returns `{ refused: true }`, or `{ refused: false, end, captures }` with an end that is undefined where nothing matches */
export function slowOsregex(pattern, text) {
  let alternatives;
  try {
    alternatives = compile(pattern);
  } catch (error) {
    if (error instanceof Refused) return { refused: true };
    throw error;
  }
  for (const alternative of alternatives) {
    const run = new Run(alternative, text);
    const end = run.scan();
    if (end !== undefined) return { refused: false, end, captures: run.captures() };
  }
  return { refused: false, end: undefined, captures: [] };
}

class Run {
  constructor({ cells, begin, end }, text) {
    Object.assign(this, { cells, begin, anchored: end, text });
    this.marks = [];
    this.p = 0;
    this.i = 0;
    this.last = 0;
    this.rep = false;
    this.again = undefined;
    this.slots = [];
    this.done = false;
  }

  atEnd(p) {
    return p >= this.cells.length;
  }

  isParen(p) {
    return this.cells[p] === paren;
  }

  isClass(p) {
    return this.cells[p] === marker;
  }

  isQuantifier(p) {
    return this.cells[p]?.quantifier !== undefined;
  }

  literalAt(p) {
    return this.isParen(p) ? '(' : this.cells[p]?.literal;
  }

  accepts(p) {
    return this.cells[p + 1].accepts(this.text[this.i]);
  }

  mark(p, position) {
    const number = this.cells.slice(0, p).filter((cell) => cell === paren).length;
    this.marks[number] = position;
  }

  scan() {
    for (this.i = 0; this.i < this.text.length; this.i++) {
      const result = this.round();
      if (this.done) return result;
    }
    return this.acceptAtEnd() ? this.last : undefined;
  }

  finish(result) {
    this.done = true;
    return result;
  }

  round() {
    if (this.atEnd(this.p)) {
      if (!this.anchored) return this.finish(this.last);
    } else if (this.isParen(this.p)) {
      this.mark(this.p, this.i);
      this.p++;
      if (this.atEnd(this.p) && !this.anchored) return this.finish(this.last);
    }
    if (this.isClass(this.p)) return this.accepts(this.p) ? this.classAccepted() : this.classRefused();
    const literal = this.literalAt(this.p);
    if (literal !== undefined && literal === fold(this.text[this.i])) {
      this.p++;
      this.again ??= this.i;
      this.last = this.i;
      return undefined;
    }
    return this.fail();
  }

  classAccepted() {
    let q = this.p + 2;
    if (!this.isQuantifier(q)) {
      this.p = q;
      this.again ??= this.i;
      this.last = this.i;
      return undefined;
    }
    if (this.cells[q].quantifier === '*') this.rep = true;
    q++;
    if (!this.rep) {
      if (this.isParen(q)) this.mark(q, this.i === this.text.length - 1 ? this.i + 1 : this.i);
      this.rep = true;
      this.last = this.i;
      return undefined;
    }
    if (this.isParen(q)) q++;
    const jump = this.jumpTo(q);
    if (jump !== undefined) {
      if (this.isParen(q - 1)) this.mark(q - 1, this.rep && jump === 1 ? this.i + 1 : this.i);
      if (this.atEnd(q)) return undefined;
      if (this.slots.length < 4) this.slots.push({ p: this.p, i: this.i });
      this.p = q + jump;
    }
    this.last = this.i;
    return undefined;
  }

  jumpTo(q) {
    if (this.atEnd(q)) return 1;
    if (this.isClass(q)) {
      if (!this.accepts(q)) return undefined;
      return this.isQuantifier(q + 2) ? 0 : 2;
    }
    if (this.literalAt(q) !== fold(this.text[this.i])) return undefined;
    this.rep = false;
    return 1;
  }

  classRefused() {
    const { p, cells } = this;
    const quantifier = cells[p + 2]?.quantifier;
    if ((p + 2 === cells.length || p + 3 === cells.length) && this.rep && this.last !== undefined) {
      this.last = this.i;
      if (!this.anchored) return this.finish(this.last);
      this.rep = false;
      return this.fail();
    }
    if (quantifier === '+' && this.rep) {
      this.p += 3;
      this.i--;
      this.rep = false;
      return undefined;
    }
    if (quantifier === '*') {
      this.p += 3;
      this.i--;
      this.last = this.i;
      this.rep = false;
      return undefined;
    }
    this.rep = false;
    return this.fail();
  }

  fail() {
    const slot = this.slots.pop();
    if (slot !== undefined) {
      this.p = slot.p;
      this.i = slot.i;
      return undefined;
    }
    if (this.begin) return this.finish(undefined);
    if (this.again !== undefined) {
      this.i = this.again;
      this.again = undefined;
    }
    this.p = 0;
    this.last = undefined;
    return undefined;
  }

  /** By the three ways in turn; each goes on from where the one before left p. */
  acceptAtEnd() {
    if (this.cells.includes(paren)) {
      while (!this.atEnd(this.p) && !this.isParen(this.p)) {
        if (!this.isClass(this.p) || this.cells[this.p + 2]?.quantifier !== '*') break;
        this.p += 3;
      }
      if (this.isParen(this.p)) this.mark(this.p, this.text.length);
    }
    return this.endsHere() || this.endsInRepeat() || this.endsInStar();
  }

  endsHere() {
    if (this.isParen(this.p)) this.p++;
    return this.atEnd(this.p);
  }

  endsInRepeat() {
    if (!this.isClass(this.p) || !this.rep) return false;
    this.p += 2;
    if (!this.isQuantifier(this.p)) return false;
    this.p++;
    if (this.endsHere()) return true;
    if (!this.isClass(this.p)) return false;
    this.p += 2;
    if (this.cells[this.p]?.quantifier !== '*') return false;
    this.p++;
    return this.endsHere();
  }

  endsInStar() {
    if (!this.isClass(this.p)) return false;
    this.p += 2;
    if (this.cells[this.p]?.quantifier !== '*') return false;
    this.p++;
    return this.endsHere();
  }

  captures() {
    const texts = [];
    const parens = this.cells.filter((cell) => cell === paren).length;
    for (let number = 0; number + 1 < parens; number += 2) {
      const [open, close] = [this.marks[number], this.marks[number + 1]];
      if (open === undefined || close === undefined) break;
      texts.push(this.text.slice(open, close));
    }
    return texts;
  }
}
