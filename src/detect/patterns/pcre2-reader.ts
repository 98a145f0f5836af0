// A cursor over the text of a pattern.
import { Pcre2Error } from './pcre2-ast.ts';

export class Reader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The next char without taking it; '' at the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  next(): string {
    if (this.done) this.fail('the pattern ends too early');
    return this.text.charAt(this.at++);
  }

  /** Takes `literal` if it comes next. */
  take(literal: string): boolean {
    if (!this.text.startsWith(literal, this.at)) return false;
    this.at += literal.length;
    return true;
  }

  /** Takes what the pattern matches here (it must be sticky), or nothing. */
  takeMatch(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.at += match[0].length;
    return match;
  }

  fail(reason: string): never {
    throw new Pcre2Error(`${reason} at byte ${this.at}`);
  }
}
