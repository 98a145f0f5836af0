// Events of the Windows event channel: `{"Message":"…","Event":"<Event …>"}` → `{"win":{…}}`. // spec ruleset §5.8
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

/** `"name":` by name. Names come from events: bounded. */
const printedNames = new Map<string, string>();
const mostNames = 4096;

function printName(name: string): string {
  const known = printedNames.get(name);
  if (known !== undefined) return known;
  if (printedNames.size >= mostNames) printedNames.clear();
  const printed = `${JSON.stringify(name)}:`;
  printedNames.set(name, printed);
  return printed;
}

/** Members of one object, in order; a name may come twice. */
class Members {
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

  print(): string {
    const { names, values } = this;
    let text = '';
    for (let index = 0; index < names.length; index++) {
      const member = printName(names[index] ?? '') + JSON.stringify(values[index]);
      text += index === 0 ? member : `,${member}`;
    }
    return `{${text}}`;
  }
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
  const system = new Members();
  const eventData = new Members();
  const other = new Members();
  let otherName = '';
  for (const section of sections) {
    if (section.name === 'System') readSystem(section, system);
    else if (section.name === 'EventData') readEventData(section, eventData);
    else otherName = readOtherSection(section, other) ?? otherName;
  }
  addTexts(system, eventData);
  if (message !== undefined) system.add('message', `"${message}"`);
  const shown: [name: string, members: Members][] = [['system', system]];
  if (!eventData.isEmpty) shown.push(['eventdata', eventData]);
  if (!other.isEmpty) shown.push([otherName, other]);
  return joinSections(shown);
}

function joinSections(sections: readonly (readonly [name: string, members: Members])[]): WindowsEvent {
  const names: string[] = [];
  const values: string[] = [];
  for (const [section, members] of sections) {
    for (const name of members.names) names.push(`win.${section}.${name}`);
    values.push(...members.values);
  }
  const printed = sections.map(([name, members]) => printName(name) + members.print());
  return { text: `{"win":{${printed.join(',')}}}`, names, values };
}

function readSystem(section: XmlElement, system: Members): void {
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

function readEventData(section: XmlElement, eventData: Members): void {
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
function readOtherSection(section: XmlElement, other: Members): string | undefined {
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
function addTexts(system: Members, eventData: Members): void {
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

function lowerFirst(name: string): string {
  const code = name.charCodeAt(0);
  return code >= 0x41 && code <= 0x5a ? String.fromCharCode(code + 0x20) + name.slice(1) : name;
}
