// An alert of this engine as JSON: the bytes that JSON.stringify gives, in less than half the time and without a string in between.
// Parts that many alerts share are printed once; the rest goes straight to where it is written from.
import type { Alert, AlertRule, ArchivedAlert } from '../alert/alert.ts';
import { longText } from './bytes.ts';

/** A rule around its description and its counter, which alone differ between the alerts of one rule. */
interface RuleText {
  readonly before: Buffer;
  readonly between: Buffer;
  /** Behind the number of `firedtimes`; empty where there is none. */
  readonly after: Buffer;
}

/** By the `groups` of a rule, which all its alerts share. */
const ruleTexts = new WeakMap<object, RuleText>();
const sharedTexts = new WeakMap<object, Buffer>();
/** `,"name":` by name. Names come from decoders and JSON events: bounded. */
const nameTexts = new Map<string, Buffer>();
const mostNames = 10_000;
const longestName = 256;

const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const isPlainByte = new Uint8Array(0x10000);
for (let code = 0x20; code < 0x7f; code++) isPlainByte[code] = code === 0x22 || code === 0x5c ? 0 : 1;
const quote = 0x22;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const emptyDescription = '"description":""';
const counter = ',"firedtimes":';

/**
 * Prints one line without its end into `bytes` from `at` on, and returns where it ends. An end beyond `bytes` means that the room was too small and
 * that what was printed is of no use. `alert` must come from AlertBuilder, unchanged.
 */
export function printAlert(alert: Alert | ArchivedAlert, bytes: Buffer, at: number): number {
  return printMembers(alert, bytes, at, printMember);
}

type Print = (name: string, value: unknown, bytes: Buffer, at: number) => number;

function printMembers(object: Record<string, unknown>, bytes: Buffer, start: number, print: Print): number {
  let at = start;
  for (const name in object) {
    const value = object[name];
    if (value === undefined) continue;
    at = putBytes(nameText(name), bytes, at);
    at = typeof value === 'string' ? putQuoted(value, bytes, at) : print(name, value, bytes, at);
  }
  // The brace takes the place of the first comma.
  if (at === start) at += 1;
  bytes[start] = openBrace;
  bytes[at] = closeBrace;
  return at + 1;
}

function printMember(name: string, value: unknown, bytes: Buffer, at: number): number {
  switch (name) {
    case 'rule':
      return printRule(value as AlertRule, bytes, at);
    case 'agent':
    case 'manager':
    case 'decoder':
      return putBytes(sharedText(value as object), bytes, at);
    case 'predecoder':
    case 'data':
      return printMembers(value as Record<string, unknown>, bytes, at, printValue);
    default:
      return printValue(name, value, bytes, at);
  }
}

function printValue(_name: string, value: unknown, bytes: Buffer, at: number): number {
  return putAny(JSON.stringify(value), bytes, at);
}

function printRule(rule: AlertRule, bytes: Buffer, start: number): number {
  let known = ruleTexts.get(rule.groups);
  if (known === undefined) {
    known = splitRule(rule);
    ruleTexts.set(rule.groups, known);
  }
  const at = putBytes(known.between, bytes, putQuoted(rule.description, bytes, putBytes(known.before, bytes, start)));
  if (rule.firedtimes === undefined) return at;
  return putBytes(known.after, bytes, putPlain(String(rule.firedtimes), bytes, at));
}

function splitRule(rule: AlertRule): RuleText {
  // Unescaped quotes: no value can hold these.
  const text = JSON.stringify({ ...rule, description: '' });
  const start = text.indexOf(emptyDescription) + emptyDescription.length;
  const end = rule.firedtimes === undefined ? text.length : text.indexOf(counter, start) + counter.length;
  return {
    before: Buffer.from(text.slice(0, start - 2)),
    between: Buffer.from(text.slice(start, end)),
    after: Buffer.from(text.slice(end + String(rule.firedtimes ?? '').length)),
  };
}

function sharedText(value: object): Buffer {
  let text = sharedTexts.get(value);
  if (text === undefined) {
    text = Buffer.from(JSON.stringify(value));
    sharedTexts.set(value, text);
  }
  return text;
}

function nameText(name: string): Buffer {
  let text = nameTexts.get(name);
  if (text === undefined) {
    text = Buffer.from(`,${JSON.stringify(name)}:`);
    if (name.length > longestName) return text;
    if (nameTexts.size >= mostNames) nameTexts.clear();
    nameTexts.set(name, text);
  }
  return text;
}

function putBytes(text: Buffer, bytes: Buffer, at: number): number {
  const { length } = text;
  if (length >= longText) {
    if (at + length <= bytes.length) bytes.set(text, at);
  } else {
    for (let index = 0; index < length; index++) bytes[at + index] = text[index] as number;
  }
  return at + length;
}

/** ASCII mostly, or it is looked at again. */
function putPlain(text: string, bytes: Buffer, at: number): number {
  const { length } = text;
  if (length >= longText) return putAny(text, bytes, at);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) return putAny(text, bytes, at);
    bytes[at + index] = code;
  }
  return at + length;
}

function putQuoted(text: string, bytes: Buffer, start: number): number {
  const { length } = text;
  if (length >= longText) {
    if (!plain.test(text)) return putAny(JSON.stringify(text), bytes, start);
    const end = start + length + 1;
    if (end < bytes.length) bytes.write(text, start + 1, 'latin1');
    bytes[start] = quote;
    bytes[end] = quote;
    return end + 1;
  }
  bytes[start] = quote;
  let at = start + 1;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (isPlainByte[code] === 0) return putAny(JSON.stringify(text), bytes, start);
    bytes[at++] = code;
  }
  bytes[at] = quote;
  return at + 1;
}

/** Writes past the end are left out, but counted. */
function putAny(text: string, bytes: Buffer, at: number): number {
  const size = Buffer.byteLength(text);
  if (at + size <= bytes.length) bytes.write(text, at);
  return at + size;
}
