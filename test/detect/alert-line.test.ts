// What is written to alerts.json is what JSON.stringify would give, byte for byte.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/alert/alert.ts';
import { printAlert } from '../../src/detect/alert-line.ts';
import type { Detection } from '../../src/detect/detector.ts';
import { messageOf, startSmall } from './small-ruleset.ts';

function print(alert: Alert, size = 1 << 20): string {
  const bytes = Buffer.alloc(size);
  return bytes.toString('utf8', 0, printAlert(alert, bytes, 0));
}

const text = fc.string({
  unit: fc.constantFrom('a', 'Z', '7', ' ', '"', '\\', '\n', '\u0001', '\u007f', 'ä', '€', '😀'),
});
const textOrNone = fc.option(text, { nil: undefined });
const groups = ['one', 'tw"o'];
const alerts = fc.record({
  timestamp: text,
  rule: fc.record({
    level: fc.constant(5),
    description: text,
    id: fc.constant('1'),
    firedtimes: fc.nat(),
    mail: fc.constant(false),
    groups: fc.constant(groups),
    pci_dss: fc.constant(['10.2.4']),
  }),
  agent: fc.constantFrom({ id: '000', name: 'hö"st' }, { id: '001' }),
  manager: fc.constantFrom({ name: 'm' }),
  id: text,
  previous_output: textOrNone,
  full_log: textOrNone,
  predecoder: fc.option(fc.record({ program_name: textOrNone, hostname: textOrNone }), { nil: undefined }),
  decoder: fc.constantFrom({}, { name: 'd' }),
  data: fc.option(fc.dictionary(text, fc.oneof(text, fc.jsonValue())), { nil: undefined }),
  location: text,
});

describe('a printed alert', () => {
  it('has the bytes that JSON.stringify gives', () => {
    fc.assert(
      fc.property(alerts, (alert) => {
        expect(print(alert as unknown as Alert)).toBe(JSON.stringify(alert));
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  it('says where the room was too small, wherever that is, and writes nothing beyond it', () => {
    const alert = { timestamp: 'a'.repeat(40), rule: { description: 'é', id: '1', groups: [] }, data: { x: [1] } };
    const size = Buffer.byteLength(JSON.stringify(alert));
    for (let room = 0; room < size; room += 1) {
      const bytes = Buffer.alloc(size + 100);
      expect(printAlert(alert as unknown as Alert, bytes.subarray(0, room), 0)).toBe(size);
      expect(bytes.subarray(room).every((byte) => byte === 0)).toBe(true);
    }
  });

  it('holds for what the engine makes: counters, descriptions with fields, rules that count nothing', () => {
    const engine = startSmall({
      decoders:
        '<decoder name="d"><program_name>^p$</program_name></decoder>\n<decoder name="d"><parent>d</parent><regex>from (\\S+)</regex><order>srcip</order></decoder>',
      rules: `<group name="a,pci_dss_1.1,">
        <rule id="100" level="5"><match>one</match><description>of $(srcip) "firedtimes":3</description></rule>
        <rule id="101" level="5"><match>two</match><options>no_counter</options><description>two</description></rule>
      </group>`,
    });
    const lines = ['one from 192.0.2.1', 'one from 192.0.2.2', 'one', 'two', 'two "x" \\ ä'];
    const printed = lines.map((line, index) => {
      const { alert } = engine.process(messageOf(`Mar  4 05:06:07 h p: ${line}`, index)) as Detection;
      expect(print(alert)).toBe(JSON.stringify(alert));
      return (JSON.parse(print(alert)) as Alert).rule.firedtimes;
    });
    expect(printed).toEqual([1, 2, 3, undefined, undefined]);
  });
});
