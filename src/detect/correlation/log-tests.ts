// Which remembered logs a pattern holds for: each is tried once, however many events look back on it.
import { type Expression, Subject } from '../patterns/expression.ts';
import type { PastEvents } from './past-events.ts';

const holds = 1;
const fails = 2;

export class LogTests {
  private readonly past: PastEvents;
  private readonly places: number;
  private readonly answers = new Map<Expression, Uint8Array>();

  /** `places`: so many events are remembered at most. */
  constructor(past: PastEvents, places: number) {
    this.past = past;
    this.places = places;
  }

  test(expression: Expression, place: number): boolean {
    let answers = this.answers.get(expression);
    if (answers === undefined) {
      answers = new Uint8Array(this.places);
      this.answers.set(expression, answers);
    }
    const known = answers[place];
    if (known === holds || known === fails) return known === holds;
    const found = expression.test(new Subject(this.past.log(place)));
    answers[place] = found ? holds : fails;
    return found;
  }

  /** Another event has this place from now on. */
  forget(place: number): void {
    for (const answers of this.answers.values()) answers[place] = 0;
  }
}
