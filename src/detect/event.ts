// One message under analysis: what pre-decoding and decoding found, and what rules ask about it.
import type { JsonObject } from '../alert/alert.ts';
import type { ComparedEvent } from './correlation/compared-event.ts';
import type { Decoder } from './decoders/decoder.ts';
import { FieldList, type FieldName } from './field-names.ts';
import { dynamicLimit, slot, staticFields } from './fields.ts';
import { foldAscii, Subject } from './patterns/expression.ts';

const noTexts: readonly string[] = [];

export class Event implements ComparedEvent {
  readonly messageId: string;
  readonly timeMs: number;
  /** Arrival, whole seconds: the resolution of every timeframe. */
  readonly second: number;
  readonly agentId: string;
  /** `path`, or `(name) ip->path` of an agent. */
  location: string;
  fullLog: string;
  log: string;
  /** Of the agent; alerts show them. */
  labels: JsonObject | undefined = undefined;
  timestamp: string | undefined = undefined;
  programName: string | undefined = undefined;
  hostname: string;
  decoder: Decoder | undefined = undefined;
  category = 'syslog';
  private logSubject: Subject | undefined = undefined;
  private staticSubjects: (Subject | undefined)[] | undefined = undefined;
  private dynamicSubjects: (Subject | undefined)[] | undefined = undefined;
  readonly statics: (string | undefined)[] = new Array(staticFields.length).fill(undefined);
  fields: FieldList = FieldList.empty();
  dynamicValues: string[] = noTexts as string[];
  /** Highest level of a composite that used this event up. // spec ruleset §8.3 */
  matched = 0;
  /** The rule to alert as, without trying any: a forwarded alert's. */
  namedRule: number | undefined = undefined;
  /** Not an event that rules can look at: neither alerted nor remembered. */
  dropped = false;
  previousOutput: string[] | undefined = undefined;
  previousLog: string | undefined = undefined;
  constructor(
    messageId: string,
    timeMs: number,
    agentId: string,
    location: string,
    fullLog: string,
    log: string,
    hostname: string,
  ) {
    this.messageId = messageId;
    this.timeMs = timeMs;
    this.second = Math.floor(timeMs / 1000);
    this.agentId = agentId;
    this.location = location;
    this.fullLog = fullLog;
    this.log = log;
    this.hostname = hostname;
  }

  addDynamic(field: FieldName, value: string): void {
    if (this.dynamicValues === noTexts) this.dynamicValues = [];
    this.fields = this.fields.with(field);
    this.dynamicValues.push(value);
  }

  get hasDynamic(): boolean {
    return this.dynamicValues.length > 0;
  }

  get dynamicFull(): boolean {
    return this.dynamicValues.length >= dynamicLimit;
  }

  /** What the message was about takes its place, for rules and in the alert. */
  replaceLog(text: string): void {
    this.fullLog = text;
    this.log = text;
    this.logSubject = undefined;
  }

  /** Case-insensitive; the first of equal names. `folded` is already in lower case. */
  findDynamic(folded: string): string | undefined {
    const index = this.fields.find(folded);
    return index < 0 ? undefined : this.dynamicValues[index];
  }

  /** The log as patterns see it: folded once. */
  get subject(): Subject {
    this.logSubject ??= new Subject(this.log);
    return this.logSubject;
  }

  staticSubject(index: number): Subject | undefined {
    const value = this.statics[index];
    if (value === undefined) return undefined;
    this.staticSubjects ??= new Array(staticFields.length).fill(undefined);
    let subject = this.staticSubjects[index];
    if (subject === undefined) {
      subject = new Subject(value);
      this.staticSubjects[index] = subject;
    }
    return subject;
  }

  /** `folded` is in lower case. */
  dynamicSubject(folded: string): Subject | undefined {
    const index = this.fields.find(folded);
    if (index < 0) return undefined;
    this.dynamicSubjects ??= [];
    let subject = this.dynamicSubjects[index];
    if (subject === undefined) {
      subject = new Subject(this.dynamicValues[index] ?? '');
      this.dynamicSubjects[index] = subject;
    }
    return subject;
  }

  findField(name: string): string | undefined {
    return this.findDynamic(foldAscii(name));
  }

  get user(): string | undefined {
    return this.statics[slot.dstuser] ?? this.statics[slot.srcuser];
  }
}
