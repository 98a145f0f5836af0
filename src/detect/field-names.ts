// Names of dynamic fields, and the lists of them that events have: events of one kind share one list, and what is known of it.
import { copyText } from './bytes.ts';
import { foldAscii } from './patterns/expression.ts';

export interface FieldName {
  readonly name: string;
  /** In lower case: what decides whether two names are equal. */
  readonly folded: string;
}

/** Names that decoders and rules speak of: always the same string, so that finding a field compares no texts. */
const named = new Map<string, string>();

export function nameField(folded: string): string {
  const known = named.get(folded);
  if (known !== undefined) return known;
  named.set(folded, folded);
  return folded;
}

/** Names repeat from event to event; they come from logs, so the memory of them is bounded. */
const seen = new Map<string, FieldName>();
const mostSeen = 4096;

const longestSeen = 128;

function makeName(name: string): FieldName {
  const folded = foldAscii(name);
  return { name, folded: named.get(folded) ?? folded };
}

/** Of a name in an event. */
export function fieldNameOf(name: string): FieldName {
  if (name.length > longestSeen) return makeName(name);
  const known = seen.get(name);
  if (known !== undefined) return known;
  if (seen.size >= mostSeen) seen.clear();
  // A copy: a piece of a line would keep the whole line.
  const found = makeName(copyText(name));
  seen.set(found.name, found);
  return found;
}

/** Names inside a JSON object, by their keys: the names of one kind of event are put together once. */
export class NamePrefix {
  private readonly text: string;
  private readonly names = new Map<string, FieldName>();
  private readonly objects = new Map<string, NamePrefix>();

  private constructor(text: string) {
    this.text = text;
  }

  /** Of keys that are inside no object. */
  static top(): NamePrefix {
    if (NamePrefix.made > mostSeen) {
      NamePrefix.start = new NamePrefix('');
      NamePrefix.made = 0;
    }
    return NamePrefix.start;
  }
  private static start = new NamePrefix('');
  private static made = 0;

  name(key: string): FieldName {
    let name = this.names.get(key);
    if (name === undefined) {
      name = fieldNameOf(this.text + key);
      this.names.set(key, name);
      NamePrefix.made += 1;
    }
    return name;
  }

  /** Of the keys inside the object at this key. */
  inside(key: string): NamePrefix {
    let object = this.objects.get(key);
    if (object === undefined) {
      object = new NamePrefix(`${this.text}${key}.`);
      this.objects.set(key, object);
      NamePrefix.made += 1;
    }
    return object;
  }
}

/** The names of an event's dynamic fields, in order. Never changes; `with` gives the list that has one more. */
export class FieldList {
  readonly length: number;
  private readonly shorter: FieldList | undefined;
  private readonly last: FieldName | undefined;
  private firstNext: FieldList | undefined = undefined;
  private otherNext: Map<FieldName, FieldList> | undefined = undefined;
  private all: readonly FieldName[] | undefined = undefined;
  private places: Map<string, number> | undefined = undefined;

  private constructor(shorter?: FieldList, last?: FieldName) {
    this.shorter = shorter;
    this.last = last;
    this.length = shorter === undefined ? 0 : shorter.length + 1;
  }

  /** The list without names. */
  static empty(): FieldList {
    if (FieldList.made > mostLists) {
      FieldList.start = new FieldList();
      FieldList.made = 0;
    }
    return FieldList.start;
  }
  private static start = new FieldList();
  private static made = 0;

  with(field: FieldName): FieldList {
    if (this.firstNext?.last === field) return this.firstNext;
    return this.otherNext?.get(field) ?? this.makeNext(field);
  }

  private makeNext(field: FieldName): FieldList {
    const next = new FieldList(this, field);
    // A long name weighs more: the lists keep it.
    FieldList.made += 1 + (field.name.length >> 8);
    if (this.firstNext === undefined) this.firstNext = next;
    else {
      this.otherNext ??= new Map();
      this.otherNext.set(field, next);
    }
    return next;
  }

  get names(): readonly FieldName[] {
    this.all ??= this.collect();
    return this.all;
  }

  private collect(): FieldName[] {
    const all: FieldName[] = new Array(this.length);
    for (let list: FieldList | undefined = this; list?.last !== undefined; list = list.shorter) {
      all[list.length - 1] = list.last;
    }
    return all;
  }

  /** Place of the first of equal names; -1 where there is none. `folded` is in lower case. */
  find(folded: string): number {
    if (this.length === 0) return -1;
    this.places ??= this.index();
    return this.places.get(folded) ?? -1;
  }

  private index(): Map<string, number> {
    const places = new Map<string, number>();
    for (const [place, { folded }] of this.names.entries()) if (!places.has(folded)) places.set(folded, place);
    return places;
  }
}

/** Names come from logs: beyond this the lists are made anew, and old ones live on with the events that have them. */
const mostLists = 20_000;
