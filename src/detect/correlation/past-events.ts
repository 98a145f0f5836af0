// What is remembered of events, oldest let go first: numbers and bytes in blocks, so that thousands of them cost the collector of memory nothing.
import { FieldList } from '../field-names.ts';
import { staticFields } from '../fields.ts';
import type { Rule } from '../rules/rule.ts';
import { type ComparedEvent, dynamicOf, type Kept, type PastEvent } from './compared-event.ts';
import { TextRing } from './text-ring.ts';

const firstPlaces = 1024;
const noTexts: readonly string[] = [];
/** Before each static value: its length, four bytes. */
const lengthBytes = 4;

/** Events are spoken of by their place, which is theirs until they are let go. */
export class PastEvents {
  private places: number;
  private readonly mostPlaces: number;
  private oldest = 0;
  private count = 0;
  private sequences: Float64Array;
  private seconds: Float64Array;
  private levels: Int32Array;
  private starts: Float64Array;
  private fullLengths: Int32Array;
  /** Of the log where it is not the end of the full log; it then stands behind it. */
  private logLengths: Int32Array;
  private logStarts: Int32Array;
  /** A bit for each static field that is set. Their values stand behind the logs. */
  private staticBits: Int32Array;
  /** Bytes, roughly, that an event keeps. */
  private weights: Float64Array;
  private total = 0;
  private readonly rules: (Rule | undefined)[] = [];
  private readonly agentIds: string[] = [];
  private readonly locations: string[] = [];
  private readonly categories: string[] = [];
  private readonly fields: FieldList[] = [];
  private readonly dynamicValues: (readonly string[])[] = [];
  private readonly hasDynamics: boolean[] = [];
  private readonly texts = new TextRing((newPlaceOf) => {
    for (let age = 0; age < this.count; age++) {
      const place = this.placeOf(age);
      this.starts[place] = newPlaceOf(this.starts[place] ?? 0);
    }
  });

  /** Never more than `most` at a time. */
  constructor(most: number) {
    this.mostPlaces = most;
    this.places = Math.min(most, firstPlaces);
    this.sequences = new Float64Array(this.places);
    this.seconds = new Float64Array(this.places);
    this.levels = new Int32Array(this.places);
    this.starts = new Float64Array(this.places);
    this.fullLengths = new Int32Array(this.places);
    this.logLengths = new Int32Array(this.places);
    this.logStarts = new Int32Array(this.places);
    this.staticBits = new Int32Array(this.places);
    this.weights = new Float64Array(this.places);
  }

  get size(): number {
    return this.count;
  }

  /** Bytes, roughly, that the texts of all take. */
  get weight(): number {
    return this.total;
  }

  /** The place of the event that was remembered `age` events after the oldest; `age` is less than `size`. */
  placeOf(age: number): number {
    const place = this.oldest + age;
    return place < this.places ? place : place - this.places;
  }

  /** Returns its place. Of the most there may be, one place is free. */
  add(event: ComparedEvent, rule: Rule, sequence: number, kept: Kept): number {
    if (this.count === this.places) this.grow(Math.min(this.mostPlaces, this.places * 2));
    const place = this.placeOf(this.count);
    const isKept = kept !== 'nothing';
    const isWhole = kept === 'all';
    this.sequences[place] = sequence;
    this.seconds[place] = event.second;
    this.levels[place] = event.matched;
    this.rules[place] = rule;
    this.agentIds[place] = isKept ? event.agentId : '';
    this.locations[place] = isKept ? event.location : '';
    this.categories[place] = isKept ? event.category : '';
    this.fields[place] = isWhole ? event.fields : FieldList.empty();
    this.dynamicValues[place] = isWhole ? event.dynamicValues : noTexts;
    this.hasDynamics[place] = isKept && event.hasDynamic;
    this.weights[place] = this.keepTexts(event, place, kept) + (isWhole ? dynamicWeight(event) : 0);
    this.total += this.weights[place];
    this.count++;
    return place;
  }

  releaseOldest(): void {
    // Places never change: from here on the oldest may have any.
    if (this.places < this.mostPlaces) this.grow(this.mostPlaces);
    const place = this.oldest;
    this.total -= this.weights[place] ?? 0;
    this.agentIds[place] = '';
    this.locations[place] = '';
    this.dynamicValues[place] = noTexts;
    this.oldest = this.placeOf(1);
    this.count--;
    this.texts.release(this.count === 0 ? undefined : this.starts[this.oldest]);
  }

  sequence(place: number): number {
    return this.sequences[place] ?? 0;
  }

  second(place: number): number {
    return this.seconds[place] ?? 0;
  }

  matched(place: number): number {
    return this.levels[place] ?? 0;
  }

  setMatched(place: number, level: number): void {
    this.levels[place] = level;
  }

  agentId(place: number): string {
    return this.agentIds[place] ?? '';
  }

  location(place: number): string {
    return this.locations[place] ?? '';
  }

  category(place: number): string {
    return this.categories[place] ?? '';
  }

  hasDynamic(place: number): boolean {
    return this.hasDynamics[place] ?? false;
  }

  /** `folded` is in lower case. */
  dynamic(place: number, folded: string): string | undefined {
    const fields = this.fields[place];
    return fields === undefined
      ? undefined
      : dynamicOf({ fields, dynamicValues: this.dynamicValues[place] ?? noTexts }, folded);
  }

  fullLog(place: number): string {
    return this.texts.read(this.starts[place] ?? 0, this.fullLengths[place] ?? 0);
  }

  log(place: number): string {
    return this.texts.read((this.starts[place] ?? 0) + (this.logStarts[place] ?? 0), this.logLengths[place] ?? 0);
  }

  /** Whether the static field of this slot is set to this value. */
  hasStatic(place: number, slot: number, value: string): boolean {
    const bits = this.staticBits[place] ?? 0;
    if ((bits & (1 << slot)) === 0) return false;
    let at = this.firstStatic(place);
    for (let before = 0; before < slot; before++) {
      if ((bits & (1 << before)) !== 0) at += lengthBytes + this.readLength(at);
    }
    return this.texts.equals(value, at + lengthBytes, this.readLength(at));
  }

  read(place: number): PastEvent | undefined {
    const rule = this.rules[place];
    if (rule === undefined) return undefined;
    return {
      sequence: this.sequence(place),
      rule,
      agentId: this.agentId(place),
      location: this.location(place),
      category: this.category(place),
      second: this.second(place),
      fullLog: this.fullLog(place),
      log: this.log(place),
      statics: this.readStatics(place),
      fields: this.fields[place] ?? FieldList.empty(),
      dynamicValues: this.dynamicValues[place] ?? noTexts,
      hasDynamic: this.hasDynamic(place),
      matched: this.matched(place),
    };
  }

  /** Returns how many bytes that takes. */
  private keepTexts(event: ComparedEvent, place: number, kept: Kept): number {
    if (kept === 'nothing') {
      this.starts[place] = this.texts.reserve(0);
      this.fullLengths[place] = 0;
      this.logStarts[place] = 0;
      this.logLengths[place] = 0;
      this.staticBits[place] = 0;
      return 0;
    }
    const { fullLog, statics } = event;
    const log = kept === 'all' ? event.log : '';
    const isEnd = fullLog.endsWith(log);
    let length = fullLog.length + (isEnd ? 0 : log.length);
    let bits = 0;
    for (let slot = 0; slot < statics.length; slot++) {
      const value = statics[slot];
      if (value === undefined) continue;
      bits |= 1 << slot;
      length += lengthBytes + value.length;
    }
    const start = this.texts.reserve(length);
    this.starts[place] = start;
    this.fullLengths[place] = fullLog.length;
    this.logStarts[place] = isEnd ? fullLog.length - log.length : fullLog.length;
    this.logLengths[place] = log.length;
    this.staticBits[place] = bits;
    let at = this.texts.put(fullLog, start);
    if (!isEnd) at = this.texts.put(log, at);
    for (let slot = 0; bits >> slot !== 0; slot++) {
      const value = statics[slot];
      if (value !== undefined) at = this.putWithLength(value, at);
    }
    return length;
  }

  private putWithLength(value: string, at: number): number {
    this.texts.bytes.writeUInt32LE(value.length, at);
    return this.texts.put(value, at + lengthBytes);
  }

  private readLength(at: number): number {
    return this.texts.bytes.readUInt32LE(at);
  }

  private firstStatic(place: number): number {
    const ends = Math.max(this.fullLengths[place] ?? 0, (this.logStarts[place] ?? 0) + (this.logLengths[place] ?? 0));
    return (this.starts[place] ?? 0) + ends;
  }

  private readStatics(place: number): (string | undefined)[] {
    const bits = this.staticBits[place] ?? 0;
    let at = this.firstStatic(place);
    return staticFields.map((_, slot) => {
      if ((bits & (1 << slot)) === 0) return undefined;
      const length = this.readLength(at);
      at += lengthBytes + length;
      return this.texts.read(at - length, length);
    });
  }

  private grow(places: number): void {
    const floats = (old: Float64Array): Float64Array => copyInto(new Float64Array(places), old);
    const integers = (old: Int32Array): Int32Array => copyInto(new Int32Array(places), old);
    this.sequences = floats(this.sequences);
    this.seconds = floats(this.seconds);
    this.starts = floats(this.starts);
    this.weights = floats(this.weights);
    this.levels = integers(this.levels);
    this.fullLengths = integers(this.fullLengths);
    this.logLengths = integers(this.logLengths);
    this.logStarts = integers(this.logStarts);
    this.staticBits = integers(this.staticBits);
    this.places = places;
  }
}

function copyInto<Numbers extends Float64Array | Int32Array>(next: Numbers, old: Numbers): Numbers {
  next.set(old);
  return next;
}

/** Values are pieces of the log, and each keeps all of it. */
function dynamicWeight({ dynamicValues, fullLog }: ComparedEvent): number {
  return dynamicValues.reduce((sum, { length }) => sum + length, dynamicValues.length === 0 ? 0 : fullLog.length);
}
