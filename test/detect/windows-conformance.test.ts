// The recorded Windows events, built back into what an agent sends: the same rules must fire. Needs the reference data.
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/detect/engine.ts';
import { loadReference, type Recording, readRecordings, referenceData, startSession } from './reference.ts';

type Texts = Readonly<Record<string, string>>;
interface Win extends Readonly<Record<string, Texts>> {
  readonly system: Texts;
}

/** Members that the engine adds by itself. */
const added = new Set(['message', 'severityValue', 'category', 'subcategory', 'auditPolicyChanges']);
const attributes: Readonly<Record<string, readonly [element: string, attribute: string]>> = {
  providerName: ['Provider', 'Name'],
  providerGuid: ['Provider', 'Guid'],
  eventSourceName: ['Provider', 'EventSourceName'],
  systemTime: ['TimeCreated', 'SystemTime'],
  processID: ['Execution', 'ProcessID'],
  threadID: ['Execution', 'ThreadID'],
};

/** The value as the event channel has it: the engine doubles backslashes and marks quotes. */
function rawValue(value: string): string {
  return value.replaceAll('\\"', '"').replaceAll('\\\\', '\\');
}

function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function element(name: string, value: string): string {
  return `<${upperFirst(name)}>${rawValue(value)}</${upperFirst(name)}>`;
}

function systemXml(system: Texts): string {
  const byElement = new Map<string, string>();
  let elements = '';
  for (const [name, value] of Object.entries(system)) {
    const place = attributes[name];
    if (added.has(name)) continue;
    if (place === undefined) elements += element(name, value);
    else byElement.set(place[0], `${byElement.get(place[0]) ?? ''} ${place[1]}='${rawValue(value)}'`);
  }
  const tags = [...byElement].map(([name, text]) => `<${name}${text}/>`).join('');
  return `<System>${tags}${elements}</System>`;
}

function eventXml(win: Win): string {
  const sections = Object.entries(win).map(([name, members]) => {
    if (name === 'system') return systemXml(members);
    const rest = Object.entries(members).filter(([key]) => !added.has(key));
    if (name !== 'eventdata') {
      return `<UserData><${upperFirst(name)}>${rest.map(([key, value]) => element(key, value)).join('')}</${upperFirst(name)}></UserData>`;
    }
    const data = rest.map(([key, value]) => {
      const written = key === 'auditPolicyChangesId' ? 'auditPolicyChanges' : key;
      return key === 'data'
        ? `<Data>${rawValue(value)}</Data>`
        : `<Data Name='${upperFirst(written)}'>${rawValue(value)}</Data>`;
    });
    return `<EventData>${data.join('')}</EventData>`;
  });
  return `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>${sections.join('')}</Event>`;
}

const severities = ['AUDIT_SUCCESS', 'CRITICAL', 'ERROR', 'WARNING', 'INFORMATION', 'VERBOSE'];

/** Some samples were edited by hand: a lone backslash, a message without quotes, a severity that is not the level's. */
function isGenuine(win: Win): boolean {
  const values = Object.entries(win).flatMap(([section, members]) =>
    section === 'system' ? [] : Object.values(members),
  );
  const { message = '', level = '', severityValue = '' } = win.system;
  if (severityValue.replace('FAILURE', 'SUCCESS') !== severities[Number(level)]) return false;
  return /^".*"$/s.test(message) && values.every((value) => /^(?:[^"\\]|\\["\\])*$/.test(value));
}

function windowsLine(line: string): string | undefined {
  if (!line.startsWith('{"win":')) return undefined;
  const { win } = JSON.parse(line) as { win: Win };
  if (!isGenuine(win)) return undefined;
  const message = win.system.message?.slice(1, -1);
  return Buffer.from(JSON.stringify({ Message: message, Event: eventXml(win) })).toString('latin1');
}

/** What is compared of an answer: the rule, and the fields under `win` by name. */
function summary(output: Record<string, unknown>): unknown {
  const rule = output.rule as { id: string; level: number; description: string } | undefined;
  const data = output.data as { win?: Record<string, Texts> } | undefined;
  return [rule?.id, rule?.level, rule?.description, data?.win];
}

function replay(recording: Recording, engine: Engine): { expected: unknown; received: unknown }[] {
  return recording.lines.flatMap((line, index) => {
    const text = windowsLine(line);
    if (text === undefined) return [];
    const timeMs = Date.parse(String(recording.outs[index]?.timestamp));
    const message = { id: `1.${index}`, location: 'EventChannel', text, timeMs, kind: 'windows-event' } as const;
    const { output } = engine.logtest(message);
    return [{ expected: summary(recording.outs[index] ?? {}), received: summary(output as Record<string, unknown>) }];
  });
}

describe.skipIf(referenceData === undefined)('Windows events as an agent sends them', () => {
  it('fire the recorded rules with the recorded fields', { timeout: 120_000 }, () => {
    const loaded = loadReference('windows');
    const pairs = readRecordings('corpus.jsonl.gz')
      .filter(({ ok }) => ok)
      .flatMap((recording) => replay(recording, startSession(loaded)));
    console.info(`windows events: ${pairs.length}`);
    expect(pairs.length).toBeGreaterThan(30);
    for (const { expected, received } of pairs) expect(received).toEqual(expected);
  });
});
