// Events of the Windows event channel: `{"Message":"…","Event":"<Event …>"}` → `{"win":{…}}`. // spec ruleset §5.8
import { quoteText } from '../bytes.ts';
import { type FieldName, fieldNameOf } from '../field-names.ts';
import { TextBuilder } from '../text-builder.ts';
import { readEventXml } from './event-xml.ts';
import { JsonMembers, type JsonNode, readJson } from './json-text.ts';
import { auditNames, policyChangeText, severityOf } from './windows-audit.ts';
import type { XmlElements } from './xml-elements.ts';

/** Elements of `System` whose attributes are the fields. */
const bySystemElement: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'Provider',
    new Map([
      ['Name', 'providerName'],
      ['Guid', 'providerGuid'],
      ['EventSourceName', 'eventSourceName'],
    ]),
  ],
  [
    'Execution',
    new Map([
      ['ProcessID', 'processID'],
      ['ThreadID', 'threadID'],
    ]),
  ],
  ['TimeCreated', new Map([['SystemTime', 'systemTime']])],
]);

/** What is the same for every value of one name in one section. */
interface Member {
  readonly name: string;
  /** `"name":`. */
  readonly printed: string;
  /** `win.section.name`. */
  readonly field: FieldName;
}

/** By section and name. Names come from events: bounded. */
const members = new Map<string, Map<string, Member>>();
const mostNames = 4096;

function membersOf(section: string): Map<string, Member> {
  let found = members.get(section);
  if (found === undefined) {
    if (members.size >= mostNames) members.clear();
    found = new Map();
    members.set(section, found);
  }
  return found;
}

function addMember(known: Map<string, Member>, section: string, name: string): Member {
  if (known.size >= mostNames) known.clear();
  const member = { name, printed: `${quoteText(name)}:`, field: fieldNameOf(`win.${section}.${name}`) };
  known.set(name, member);
  return member;
}

/** Names and values of one object, in order; a name may come twice. */
class Section {
  readonly names: string[] = [];
  readonly values: string[] = [];

  add(name: string, value: string): void {
    this.names.push(name);
    this.values.push(value);
  }

  /** The first of the name. */
  find(name: string): string | undefined {
    const index = this.names.indexOf(name);
    return index < 0 ? undefined : this.values[index];
  }

  get isEmpty(): boolean {
    return this.names.length === 0;
  }

  /** Appends to `event` what the section holds, and to `text` its text: `"section":{…}`. */
  joinTo(event: { readonly names: FieldName[]; readonly values: string[] }, text: TextBuilder, section: string): void {
    const known = membersOf(section);
    text.addQuoted(section);
    text.add(':{');
    for (let index = 0; index < this.names.length; index++) {
      const name = this.names[index] ?? '';
      const value = this.values[index] ?? '';
      const { printed, field } = known.get(name) ?? addMember(known, section, name);
      if (index > 0) text.add(',');
      text.add(printed);
      text.addQuoted(value);
      event.names.push(field);
      event.values.push(value);
    }
    text.add('}');
  }
}

export interface WindowsEvent {
  /** The event as one line of compact JSON (latin1, as the log is). */
  readonly text: string;
  /** Its values in the order of the text, under the names of fields: what a JSON decoder finds in it. */
  readonly names: readonly FieldName[];
  readonly values: readonly string[];
}

const builder = new TextBuilder();

/** Undefined where the log is not such an event. An `Event` that cannot be read as XML leaves the message alone. */
export function readWindowsEvent(log: string): WindowsEvent | undefined {
  const received = readJson(log);
  const xml = memberOf(received, 'Event');
  if (typeof xml !== 'string') return undefined;
  const message = memberOf(received, 'Message');
  return convertEvent(readEventXml(prepareXml(xml)), typeof message === 'string' ? message : undefined);
}

function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node instanceof JsonMembers ? node.values[node.keys.indexOf(key)] : undefined;
}

const lineBreakOrTab = /[\t\n\r]/;

/** As rules expect values: a backslash is two (and so never hides a tag), a line break or tab is a space. */
function prepareXml(xml: string): string {
  const doubled = xml.includes('\\') ? xml.replaceAll('\\', '\\\\') : xml;
  return lineBreakOrTab.test(doubled) ? doubled.replace(/[\t\n\r]/g, ' ') : doubled;
}

function convertEvent(xml: XmlElements, message: string | undefined): WindowsEvent {
  const system = new Section();
  const eventData = new Section();
  const other = new Section();
  let otherName = '';
  for (let section = 1; section < xml.count; section = xml.endOf(section)) {
    const name = xml.names[section];
    if (name === 'System') readSystem(xml, section, system);
    else if (name === 'EventData') readEventData(xml, section, eventData);
    else otherName = readOtherSection(xml, section, other) ?? otherName;
  }
  addTexts(system, eventData);
  if (message !== undefined) system.add('message', `"${message}"`);
  const event = { names: [], values: [] };
  builder.add('{"win":{');
  system.joinTo(event, builder, 'system');
  if (!eventData.isEmpty) {
    builder.add(',');
    eventData.joinTo(event, builder, 'eventdata');
  }
  if (!other.isEmpty) {
    builder.add(',');
    other.joinTo(event, builder, otherName);
  }
  builder.add('}}');
  return { text: builder.take(), ...event };
}

function readSystem(xml: XmlElements, section: number, system: Section): void {
  const end = xml.endOf(section);
  for (let element = section + 1; element < end; element = xml.endOf(element)) {
    const name = xml.names[element] ?? '';
    const names = bySystemElement.get(name);
    if (names === undefined) {
      const content = xml.contents[element] ?? '';
      if (content !== '') system.add(lowerFirst(name), escapeQuotes(content));
      continue;
    }
    const last = xml.firstAttribute(element + 1);
    for (let at = xml.firstAttribute(element); at < last; at++) {
      const field = names.get(xml.attributeNames[at] ?? '');
      if (field !== undefined) system.add(field, escapeQuotes(xml.attributeValues[at] ?? ''));
    }
  }
}

function readEventData(xml: XmlElements, section: number, eventData: Section): void {
  const unnamed: string[] = [];
  const end = xml.endOf(section);
  for (let element = section + 1; element < end; element = xml.endOf(element)) {
    const value = readValue(xml.contents[element] ?? '');
    if (value === undefined) continue;
    const tag = xml.names[element] ?? '';
    const name = tag === 'Data' ? xml.findAttribute(element, 'Name') : tag;
    if (name === undefined) unnamed.push(value);
    else {
      const key = lowerFirst(name);
      eventData.add(tag === 'Data' && key === 'auditPolicyChanges' ? 'auditPolicyChangesId' : key, value);
    }
  }
  if (unnamed.length > 0) eventData.add('data', unnamed.join(', '));
}

/** The values of all grandchildren; returns the name of the last child. */
function readOtherSection(xml: XmlElements, section: number, other: Section): string | undefined {
  const end = xml.endOf(section);
  let last: string | undefined;
  for (let child = section + 1; child < end; child = xml.endOf(child)) {
    last = lowerFirst(xml.names[child] ?? '');
    const childEnd = xml.endOf(child);
    for (let element = child + 1; element < childEnd; element = xml.endOf(element)) {
      const value = readValue(xml.contents[element] ?? '');
      if (value !== undefined) other.add(lowerFirst(xml.names[element] ?? ''), value);
    }
  }
  return last;
}

/** What the numbers of an event mean. */
function addTexts(system: Section, eventData: Section): void {
  const level = system.find('level');
  const keywords = system.find('keywords');
  if (level !== undefined && keywords !== undefined) {
    system.add('severityValue', severityOf(level, keywords));
    const categoryId = eventData.find('categoryId');
    const subcategoryId = eventData.find('subcategoryId');
    if (categoryId !== undefined && subcategoryId !== undefined) {
      const { category, subcategory } = auditNames(categoryId, subcategoryId);
      if (category !== undefined) eventData.add('category', category);
      if (subcategory !== undefined) eventData.add('subcategory', subcategory);
    }
  }
  const changes = policyChangeText(eventData.find('auditPolicyChangesId') ?? '');
  if (changes !== '') eventData.add('auditPolicyChanges', changes);
}

/** Undefined where the element holds no value. */
function readValue(content: string): string | undefined {
  if (content === '' || content === '-' || content === '(NULL)') return undefined;
  let end = content.length;
  while (end > 0 && content.charCodeAt(end - 1) === 0x20) end--;
  return end === 0 ? undefined : escapeQuotes(content.slice(0, end));
}

function escapeQuotes(text: string): string {
  return !text.includes('"') ? text : text.replaceAll('"', '\\"');
}

const lowered = new Map<string, string>();

function lowerFirst(name: string): string {
  const known = lowered.get(name);
  if (known !== undefined) return known;
  if (lowered.size >= mostNames) lowered.clear();
  const code = name.charCodeAt(0);
  const result = code >= 0x41 && code <= 0x5a ? String.fromCharCode(code + 0x20) + name.slice(1) : name;
  lowered.set(name, result);
  return result;
}
