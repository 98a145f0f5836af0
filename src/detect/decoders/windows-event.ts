// Events of the Windows event channel: `{"Message":"…","Event":"<Event …>"}` → `{"win":{…}}`. // spec ruleset §5.8
import { quoteText } from '../bytes.ts';
import { readEventXml, type XmlElement } from './event-xml.ts';
import { JsonMembers, type JsonNode, readJson } from './json-text.ts';
import { auditNames, policyChangeText, severityOf } from './windows-audit.ts';

const providerNames: Readonly<Record<string, string>> = {
  Name: 'providerName',
  Guid: 'providerGuid',
  EventSourceName: 'eventSourceName',
};
const executionNames: Readonly<Record<string, string>> = { ProcessID: 'processID', ThreadID: 'threadID' };
const timeNames: Readonly<Record<string, string>> = { SystemTime: 'systemTime' };
/** Elements of `System` whose attributes are the fields. */
const bySystemElement: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Provider: providerNames,
  Execution: executionNames,
  TimeCreated: timeNames,
};

/** What is the same for every value of one name in one section. */
interface Member {
  /** `"name":`. */
  readonly printed: string;
  /** `win.section.name`. */
  readonly field: string;
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

  /** Appends to `event` what the section holds, and returns its text: `"section":{…}`. */
  joinTo(event: { readonly names: string[]; readonly values: string[] }, section: string): string {
    const known = membersOf(section);
    let text = '';
    for (let index = 0; index < this.names.length; index++) {
      const name = this.names[index] ?? '';
      const value = this.values[index] ?? '';
      const { printed, field } = known.get(name) ?? addMember(known, section, name);
      text += (index === 0 ? printed : `,${printed}`) + quoteText(value);
      event.names.push(field);
      event.values.push(value);
    }
    return `${quoteText(section)}:{${text}}`;
  }
}

function addMember(known: Map<string, Member>, section: string, name: string): Member {
  if (known.size >= mostNames) known.clear();
  const member = { printed: `${quoteText(name)}:`, field: `win.${section}.${name}` };
  known.set(name, member);
  return member;
}

export interface WindowsEvent {
  /** The event as one line of compact JSON (latin1, as the log is). */
  readonly text: string;
  /** Its values in the order of the text, under the names of fields: what a JSON decoder finds in it. */
  readonly names: readonly string[];
  readonly values: readonly string[];
}

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

function convertEvent(sections: readonly XmlElement[], message: string | undefined): WindowsEvent {
  const system = new Section();
  const eventData = new Section();
  const other = new Section();
  let otherName = '';
  for (const section of sections) {
    if (section.name === 'System') readSystem(section, system);
    else if (section.name === 'EventData') readEventData(section, eventData);
    else otherName = readOtherSection(section, other) ?? otherName;
  }
  addTexts(system, eventData);
  if (message !== undefined) system.add('message', `"${message}"`);
  const event = { names: [], values: [] };
  const parts = [system.joinTo(event, 'system')];
  if (!eventData.isEmpty) parts.push(eventData.joinTo(event, 'eventdata'));
  if (!other.isEmpty) parts.push(other.joinTo(event, otherName));
  return { text: `{"win":{${parts.join(',')}}}`, ...event };
}

function readSystem(section: XmlElement, system: Section): void {
  for (const element of section.children) {
    const names = Object.hasOwn(bySystemElement, element.name) ? bySystemElement[element.name] : undefined;
    if (names === undefined) {
      if (element.content !== '') system.add(lowerFirst(element.name), escapeQuotes(element.content));
      continue;
    }
    for (const { name, value } of element.attributes) {
      const field = Object.hasOwn(names, name) ? names[name] : undefined;
      if (field !== undefined) system.add(field, escapeQuotes(value));
    }
  }
}

function readEventData(section: XmlElement, eventData: Section): void {
  const unnamed: string[] = [];
  for (const element of section.children) {
    const value = readValue(element);
    if (value === undefined) continue;
    const name = element.attributes.find((attribute) => attribute.name === 'Name')?.value;
    if (element.name !== 'Data') eventData.add(lowerFirst(element.name), value);
    else if (name === undefined) unnamed.push(value);
    else {
      const key = lowerFirst(name);
      eventData.add(key === 'auditPolicyChanges' ? 'auditPolicyChangesId' : key, value);
    }
  }
  if (unnamed.length > 0) eventData.add('data', unnamed.join(', '));
}

/** The values of all grandchildren; returns the name of the last child. */
function readOtherSection(section: XmlElement, other: Section): string | undefined {
  for (const child of section.children) {
    for (const element of child.children) {
      const value = readValue(element);
      if (value !== undefined) other.add(lowerFirst(element.name), value);
    }
  }
  const last = section.children.at(-1);
  return last === undefined ? undefined : lowerFirst(last.name);
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
function readValue({ content }: XmlElement): string | undefined {
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
