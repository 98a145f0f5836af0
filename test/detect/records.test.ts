// What an engine keeps of events besides alerts. // spec ruleset §0 item 5, §5.10, §10
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/detect/engine.ts';
import type { EventRecords, RecordOptions } from '../../src/detect/records.ts';
import type { LogMessage } from '../../src/source/message.ts';
import { messageOf, startSmall } from './small-ruleset.ts';

const decoders = `<decoder name="fw"><program_name>^fw</program_name><type>firewall</type></decoder>
<decoder name="fw-parts"><parent>fw</parent><regex>^(\\S+) (\\S+) (\\S+):(\\d+) to (\\S+):(\\d+)</regex><order>action,protocol,srcip,srcport,dstip,dstport</order></decoder>`;
const rules = `<group name="demo,">
<rule id="100" level="5"><match>alert</match><description>an alert</description></rule>
<rule id="101" level="5"><match>bare</match><options>no_full_log</options><description>bare</description></rule>
<rule id="102" level="0"><match>nothing</match><description>grouped</description></rule>
<rule id="103" level="5" ignore="60"><match>rare</match><description>rare</description></rule>
</group>`;

const records: RecordOptions = {
  archives: { text: true, json: true },
  volumeLevel: 4,
  logAlertLevel: 3,
  emailAlertLevel: 12,
};

const start = (options: Partial<RecordOptions> = {}): Engine =>
  startSmall({ decoders, rules }, { records: { ...records, ...options } });

function recordsOf(engine: Engine, ...messages: readonly LogMessage[]): EventRecords {
  for (const message of messages) engine.process(message);
  return engine.takeRecords() ?? { archived: [], firewall: [], volume: [] };
}

describe('the archives', () => {
  it('have every event: of one that raised an alert the same object', () => {
    const engine = start();
    const detection = engine.process(messageOf('alert'));
    expect(engine.takeRecords()?.archived[0]?.json).toEqual(detection?.alert);
    expect(engine.takeRecords()).toBeUndefined();
  });

  it.each(['what no rule knows', 'nothing of interest'])('show no rule where there is no alert: %s', (text) => {
    const [event] = recordsOf(start(), messageOf(text)).archived;
    expect(JSON.parse(JSON.stringify(event?.json))).toEqual({
      timestamp: expect.any(String),
      agent: { id: '000', name: 'mgr.example.org' },
      manager: { name: 'mgr.example.org' },
      id: '7.0',
      full_log: text,
      decoder: {},
      location: '/var/log/demo.log',
    });
  });

  it('show no rule where it is inside its ignore window', () => {
    const [first, second] = recordsOf(start(), messageOf('rare'), messageOf('rare', 1)).archived;
    expect(first?.json?.rule?.id).toBe('103');
    expect(second?.json).toBeDefined();
    expect(second?.json?.rule).toBeUndefined();
  });

  it('have the whole log also where its alert has not, in its place', () => {
    const engine = start();
    expect(engine.process(messageOf('bare'))?.alert.full_log).toBeUndefined();
    const json = engine.takeRecords()?.archived[0]?.json;
    expect(json?.full_log).toBe('bare');
    const names = Object.entries(json ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    expect(names).toEqual(['timestamp', 'rule', 'agent', 'manager', 'id', 'full_log', 'decoder', 'location']);
  });

  it('have a line for each event: when, from which host and file, and the log, byte by byte', () => {
    const agent = { id: '007', name: 'web1', ip: 'any' };
    const { archived } = recordsOf(
      start(),
      messageOf('Mar  4 05:06:07 box app: caf\xe9'),
      messageOf('x', 1),
      messageOf('y', 2, { agent }),
    );
    const local = /^2031 Mar 0[345] \d\d:06:0(\d) (.*)$/;
    expect(archived.map(({ text }) => text?.match(local)?.slice(1))).toEqual([
      ['7', 'box->/var/log/demo.log Mar  4 05:06:07 box app: caf\xe9'],
      ['8', 'mgr->/var/log/demo.log x'],
      ['9', '(web1) any->/var/log/demo.log y'],
    ]);
  });

  it('have the forms that were asked for, and nothing where none was', () => {
    const [event] = recordsOf(start({ archives: { text: false, json: true } }), messageOf('x')).archived;
    expect(event?.text).toBeUndefined();
    expect(event?.json).toBeDefined();
    expect(recordsOf(start({ archives: { text: false, json: false } }), messageOf('x')).archived).toEqual([]);
  });
});

describe('the firewall log', () => {
  const log = (action: string): LogMessage =>
    messageOf(`Mar  4 05:06:07 gw fw: ${action} TCP 192.0.2.1:4711 to 10.0.0.5:22`);

  it.each([
    ['drop', 'DROP'],
    ['Deny', 'DROP'],
    ['REJECTED', 'DROP'],
    ['block', 'DROP'],
    ['UFW-BLOCK', 'DROP'],
    ['accept', 'ALLOW'],
    ['Permitted', 'ALLOW'],
    ['Open', 'ALLOW'],
    ['kern-accept', 'ALLOW'],
    ['closed', 'CLOSE'],
    ['Teardown', 'CLOSE'],
    ['unlikely', 'UNKNOWN'],
  ])('calls %s %s, and leaves the event as it is', (action, word) => {
    const { firewall, archived } = recordsOf(start(), log(action));
    expect(firewall).toEqual([
      expect.stringMatching(
        new RegExp(
          `^2031 Mar 0. ..:06:07 gw->/var/log/demo\\.log ${word} TCP 192\\.0\\.2\\.1:4711->10\\.0\\.0\\.5:22$`,
        ),
      ),
    ]);
    expect(archived[0]?.json?.data).toMatchObject({ action });
  });

  it('has no event that lacks a part; neither have the archives', () => {
    expect(recordsOf(start(), messageOf('Mar  4 05:06:07 gw fw: up'))).toEqual({
      archived: [],
      firewall: [],
      volume: [],
    });
  });
});

describe('more events than usual', () => {
  const excess = 'The average number of logs between 5:00 and 6:00 is 10. We reached 1261.';

  it('raise rule 11, beside whatever the event itself raises', () => {
    const engine = start();
    const detection = engine.process(messageOf('alert', 0, { excess }));
    expect(detection?.alert.rule.id).toBe('100');
    const [told] = engine.takeRecords()?.volume ?? [];
    expect(told?.logged).toBe(true);
    expect(told?.alert).toMatchObject({
      rule: {
        level: 4,
        description: 'Excessive number of events (above normal).',
        id: '11',
        mail: false,
        groups: ['stats'],
      },
      full_log: excess,
      location: '/var/log/demo.log',
    });
    expect(told?.alert.rule.firedtimes).toBeUndefined();
  });

  it.each([
    [12, 3, true, true],
    [4, 5, false, false],
  ])('at level %i with alerts from level %i on: written %s, mailed %s', (volumeLevel, logAlertLevel, logged, mail) => {
    const { volume } = recordsOf(start({ volumeLevel, logAlertLevel }), messageOf('x', 0, { excess }));
    expect(volume).toEqual([{ logged, alert: expect.objectContaining({ rule: expect.objectContaining({ mail }) }) }]);
  });

  it('raise nothing at level 0', () => {
    expect(recordsOf(start({ volumeLevel: 0 }), messageOf('x', 0, { excess })).volume).toEqual([]);
  });
});
