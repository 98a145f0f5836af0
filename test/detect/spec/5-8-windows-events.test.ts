// spec ruleset §5.8 and Appendix A: `{"Message":"…","Event":"<Event …>"}`.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWindowsEvent } from '../../../src/detect/decoders/windows-event.ts';
import { messageOf, startSmall } from '../small-ruleset.ts';

const system = `<System><Provider Name='Demo-Auditing' Guid='{1-2}' EventSourceName='Old'/><EventID Qualifiers='16384'>4719</EventID>
<Version>0</Version><Level>0</Level><Task>13568</Task><Opcode>0</Opcode><Keywords>0x8020000000000000</Keywords>
<TimeCreated SystemTime='2031-03-04T05:06:07.089Z'/><EventRecordID>1049418</EventRecordID><Correlation/>
<Execution ProcessID='516' ThreadID='4668'/><Channel>Security</Channel><Computer>dc01</Computer><Security/></System>`;

function data(name: string, value: string): string {
  return `<Data Name='${name}'>${value}</Data>`;
}

function eventOf(sections: string, message: string | undefined = 'Demo.\r\nSecond "line".'): string {
  return JSON.stringify({
    Message: message,
    Event: `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>${sections}</Event>`,
  });
}

function winOf(sections: string, message?: string): Record<string, Record<string, string>> {
  return JSON.parse(readWindowsEvent(eventOf(sections, message))?.text ?? 'null').win;
}

const rules = `<group name="ossec,"><rule id="7" level="0"><category>ossec</category><description>all</description></rule></group>
<group name="windows,">
  <rule id="60" level="5"><category>ossec</category><decoded_as>windows_eventchannel</decoded_as><description>d $(win.system.eventID)</description></rule>
  <rule id="61" level="7"><if_sid>60</if_sid><field name="win.eventdata.targetUserName">^eve$</field><description>eve</description></rule>
</group>`;

describe('§5.8 the system section', () => {
  it('takes attributes and elements in their order, then severityValue and the message in quotes', () => {
    const { system: members } = winOf(system);
    expect(Object.entries(members ?? {})).toEqual([
      ['providerName', 'Demo-Auditing'],
      ['providerGuid', '{1-2}'],
      ['eventSourceName', 'Old'],
      ['eventID', '4719'],
      ['version', '0'],
      ['level', '0'],
      ['task', '13568'],
      ['opcode', '0'],
      ['keywords', '0x8020000000000000'],
      ['systemTime', '2031-03-04T05:06:07.089Z'],
      ['eventRecordID', '1049418'],
      ['processID', '516'],
      ['threadID', '4668'],
      ['channel', 'Security'],
      ['computer', 'dc01'],
      ['severityValue', 'AUDIT_SUCCESS'],
      ['message', '"Demo.\r\nSecond "line"."'],
    ]);
  });

  it.each([
    ['1', '0x0', 'CRITICAL'],
    ['2', '0x0', 'ERROR'],
    ['3', '0x0', 'WARNING'],
    ['4', '0x0', 'INFORMATION'],
    ['5', '0x0', 'VERBOSE'],
    ['0', '0x8010000000000000', 'AUDIT_FAILURE'],
    ['0', '0x8020000000000000', 'AUDIT_SUCCESS'],
    ['0', '0x8000000000000000', 'UNKNOWN'],
    ['9', '0x8020000000000000', 'UNKNOWN'],
  ])('level %s with keywords %s is %s', (level, keywords, severity) => {
    const win = winOf(`<System><Level>${level}</Level><Keywords>${keywords}</Keywords></System>`);
    expect(win.system?.severityValue).toBe(severity);
  });

  it('tells no severity without level or keywords', () => {
    expect(winOf('<System><Level>1</Level></System>', '').system).toEqual({ level: '1', message: '""' });
  });
});

describe('§5.8 the event data', () => {
  it('lowers the first letter and leaves out what is empty, "-" or "(NULL)"', () => {
    const sections = `<EventData>${data('TargetUserName', 'eve')}${data('A', '')}${data('B', '-')}${data('C', '(NULL)')}${data('IPAddress', '::1')}</EventData>`;
    expect(winOf(sections).eventdata).toEqual({ targetUserName: 'eve', iPAddress: '::1' });
  });

  it('joins unnamed values', () => {
    expect(winOf('<EventData><Data>one</Data><Data>two</Data><Binary>00ff</Binary></EventData>').eventdata).toEqual({
      binary: '00ff',
      data: 'one, two',
    });
  });

  it('doubles backslashes, so that a path before a tag hides nothing, and marks quotes', () => {
    const sections = `<EventData>${data('Path', 'C:\\Temp\\')}${data('Line', 'x "y"\r\n\tz  ')}</EventData>`;
    expect(winOf(sections).eventdata).toEqual({ path: 'C:\\\\Temp\\\\', line: 'x \\"y\\"   z' });
  });

  it('decodes no entities', () => {
    expect(winOf(`<EventData>${data('Image', '&lt;unknown&gt;')}</EventData>`).eventdata?.image).toBe(
      '&lt;unknown&gt;',
    );
  });

  it('puts audit numbers into words', () => {
    const audit = `${data('CategoryId', '%%8277')}${data('SubcategoryId', '%%13568')}${data('AuditPolicyChanges', '%%8449, %%8451')}`;
    expect(winOf(`${system}<EventData>${audit}</EventData>`).eventdata).toEqual({
      categoryId: '%%8277',
      subcategoryId: '%%13568',
      auditPolicyChangesId: '%%8449, %%8451',
      category: 'Policy Change',
      subcategory: 'Audit Policy Change',
      auditPolicyChanges: 'Success added, Failure added',
    });
  });

  it.each([
    ['a subcategory of another category', '%%8277', '%%12544', { category: 'Policy Change' }],
    ['an unknown category', '%%1', '%%12544', {}],
    ['a name of every object', '%%constructor', '%%toString', {}],
  ])('adds nothing for %s', (_what, category, subcategory, more) => {
    const audit = data('CategoryId', category) + data('SubcategoryId', subcategory);
    expect(winOf(`${system}<EventData>${audit}</EventData>`).eventdata).toEqual({
      categoryId: category,
      subcategoryId: subcategory,
      ...more,
    });
  });

  it('needs level and keywords for categories', () => {
    const audit = data('CategoryId', '%%8277') + data('SubcategoryId', '%%13568');
    expect(winOf(`<EventData>${audit}</EventData>`).eventdata).not.toHaveProperty('category');
  });
});

describe('§5.8 other sections', () => {
  it('puts grandchildren into an object named after the last child', () => {
    const sections = `${system}<UserData><LogFileCleared xmlns='x'><SubjectUserName>eve</SubjectUserName><Channel>App\\x</Channel><Empty/></LogFileCleared></UserData>`;
    const win = winOf(sections);
    expect(Object.keys(win)).toEqual(['system', 'logFileCleared']);
    expect(win.logFileCleared).toEqual({ subjectUserName: 'eve', channel: 'App\\\\x' });
  });

  it('leaves out an object without members', () => {
    expect(Object.keys(winOf("<RenderingInfo Culture='en-US'><Level>Information</Level></RenderingInfo>"))).toEqual([
      'system',
    ]);
  });
});

describe('§5.8 the event', () => {
  const text = `${system}<EventData>${data('TargetUserName', 'eve')}</EventData>`;

  it('reaches rules of category ossec decoded as windows_eventchannel, with the JSON as its log', () => {
    const engine = startSmall({ rules });
    const detection = engine.process(messageOf(eventOf(text), 0, { kind: 'windows-event', location: 'EventChannel' }));
    const json = readWindowsEvent(eventOf(text))?.text;
    expect(detection?.alert).toMatchObject({
      rule: { id: '61' },
      full_log: json,
      decoder: { name: 'windows_eventchannel' },
      data: JSON.parse(json ?? ''),
      location: 'EventChannel',
    });
    expect(detection?.alert.predecoder).toBeUndefined();
  });

  it('nests names with dots and shows a value that is a JSON array as one', () => {
    const engine = startSmall({ rules });
    const odd = `<System><EventID>[1]</EventID></System><EventData>${data('a.b', 'c')}</EventData>`;
    const { output } = engine.logtest(messageOf(eventOf(odd), 0, { kind: 'windows-event' }));
    expect(output.data).toEqual({
      win: { system: { eventID: [1], message: '"Demo.\r\nSecond "line"."' }, eventdata: { a: { b: 'c' } } },
    });
  });

  it('is not one without the kind: then the line is an ordinary log', () => {
    expect(startSmall({ rules }).process(messageOf(eventOf(text)))).toBeUndefined();
  });

  it.each(['', 'no JSON', '[]', '{}', '{"Event":1}', '{"Message":"m"}', '{"Event":"<Event>'])('drops %j', (broken) => {
    const engine = startSmall({ rules });
    expect(engine.process(messageOf(broken, 0, { kind: 'windows-event' }))).toBeUndefined();
    const { output, alert } = engine.logtest(messageOf(broken, 0, { kind: 'windows-event' }));
    expect(alert).toBe(false);
    expect(output.rule).toBeUndefined();
  });

  it('keeps the message of an event that is no XML', () => {
    expect(readWindowsEvent('{"Message":"m","Event":"<Event><System>"}')?.text).toBe(
      '{"win":{"system":{"message":"\\"m\\""}}}',
    );
  });

  it('never throws, whatever comes, and gives JSON or nothing', () => {
    const piece = fc.constantFrom('<', '>', '/', '\\', "'", '"', '<Data', " Name='", '</', '<!--', 'Event', '\0', 'ä');
    const xml = fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(xml, fc.boolean(), (inner, wrapped) => {
        const event = wrapped ? `<Event><System>${inner}</System></Event>` : inner;
        const read = readWindowsEvent(Buffer.from(JSON.stringify({ Event: event })).toString('latin1'))?.text;
        expect(JSON.parse(read ?? 'null')).toHaveProperty('win.system');
      }),
      { numRuns: 500 },
    );
  });
});
