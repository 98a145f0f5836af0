// spec ruleset §5.9: events with the same id fill in each other's fields. §0 item 5: the firewall gate.
import { describe, expect, it } from 'vitest';
import { mergeSnapshots } from '../../../src/detect/snapshot.ts';
import { messageOf, startSmall } from '../small-ruleset.ts';

const rules = `<group name="t,"><rule id="2" level="0"><category>firewall</category><description>f</description></rule>
  <rule id="100" level="3"><description>any</description></rule>
  <rule id="101" level="3"><category>firewall</category><description>any</description></rule></group>`;

const decoders = `
  <decoder name="acc"><prematch>^acc </prematch><accumulate /></decoder>
  <decoder name="a1"><parent>acc</parent><regex>id=(\\S+)</regex><order>id</order></decoder>
  <decoder name="a1"><parent>acc</parent><regex>user=(\\S+)</regex><order>srcuser</order></decoder>
  <decoder name="a1"><parent>acc</parent><regex>ip=(\\S+)</regex><order>srcip</order></decoder>
  <decoder name="a1"><parent>acc</parent><regex>url=(\\S+)</regex><order>url</order></decoder>`;

function fieldsOf(...messages: readonly (readonly [text: string, second: number])[]): unknown {
  const engine = startSmall({ decoders, rules });
  return messages.map(([text, second]) => engine.process(messageOf(text, second))?.alert.data).at(-1);
}

describe('§5.9 accumulate', () => {
  it('fills what is unset from an earlier event of the id, and shows it', () => {
    expect(fieldsOf(['acc id=7 user=bob url=/x', 0], ['acc id=7 ip=192.0.2.1', 119])).toEqual({
      id: '7',
      srcuser: 'bob',
      srcip: '192.0.2.1',
    });
    const engine = startSmall({ decoders, rules });
    expect(engine.process(messageOf('acc id=7'))?.alert.decoder).toEqual({ accumulate: 1, name: 'acc' });
  });

  it('keeps an own value, and completes the entry with it only where it had none', () => {
    expect(fieldsOf(['acc id=7 user=bob', 0], ['acc id=7 user=eve', 1])).toMatchObject({ srcuser: 'eve' });
    expect(fieldsOf(['acc id=7 user=bob', 0], ['acc id=7 user=eve', 1], ['acc id=7', 2])).toMatchObject({
      srcuser: 'bob',
    });
  });

  it('forgets after 120 s, which each event begins anew', () => {
    expect(fieldsOf(['acc id=7 user=bob', 0], ['acc id=7', 120])).toEqual({ id: '7' });
    expect(fieldsOf(['acc id=7 user=bob', 0], ['acc id=7', 100], ['acc id=7', 200])).toMatchObject({ srcuser: 'bob' });
  });

  it('keeps ids and hosts apart, and needs an id', () => {
    expect(fieldsOf(['acc id=7 user=bob', 0], ['acc id=8', 1])).toEqual({ id: '8' });
    expect(fieldsOf(['acc user=bob', 0], ['acc ip=192.0.2.1', 1])).toEqual({ srcip: '192.0.2.1' });
    const engine = startSmall({ decoders, rules });
    const agent = (id: string) => ({ id, name: `web${id}`, ip: 'any' });
    engine.process(messageOf('acc id=7 user=bob', 0, { agent: agent('001') }));
    expect(engine.process(messageOf('acc id=7', 1, { agent: agent('002') }))?.alert.data).toEqual({ id: '7' });
  });

  it('goes on after a restart, from all that was stored or from what had changed', () => {
    const before = startSmall({ decoders, rules });
    before.process(messageOf('acc id=7 user=bob', 0));
    before.process(messageOf('acc id=8 user=eve', 0));
    const first = before.changes();
    before.process(messageOf('acc id=7 ip=192.0.2.1', 60));
    const second = before.changes();
    expect([first, second].map(({ accumulated }) => accumulated?.map(([key]) => key.slice(-1)))).toEqual([
      ['7', '8'],
      ['7'],
    ]);
    for (const stored of [before.snapshot(), mergeSnapshots(first, second)]) {
      const after = startSmall({ decoders, rules });
      after.restore(JSON.parse(JSON.stringify(stored)));
      const dataOf = (log: string, at: number) => after.process(messageOf(log, at))?.alert.data;
      expect(dataOf('acc id=8', 119)).toEqual({ id: '8', srcuser: 'eve' });
      expect(dataOf('acc id=7', 121)).toEqual({ id: '7', srcuser: 'bob', srcip: '192.0.2.1' });
    }
  });

  it('begins with nothing where the state was stored before accumulated values were', () => {
    const { accumulated, ...earlier } = startSmall({ decoders, rules }).snapshot();
    expect(accumulated).toEqual([]);
    const engine = startSmall({ decoders, rules });
    engine.restore(earlier);
    expect(engine.process(messageOf('acc id=7'))?.alert.data).toEqual({ id: '7' });
  });

  it('stores values up to 80 bytes', () => {
    const user = (length: number): string => 'u'.repeat(length);
    expect(fieldsOf([`acc id=7 user=${user(80)}`, 0], ['acc id=7', 1])).toMatchObject({ srcuser: user(80) });
    expect(fieldsOf([`acc id=7 user=${user(81)}`, 0], ['acc id=7', 1])).toEqual({ id: '7' });
  });
});

describe('§0 item 5 the firewall gate', () => {
  const firewall = `<decoder name="fw"><prematch>^fw </prematch><type>firewall</type>
    <regex>^fw (\\w+) (\\S+) (\\S+) (\\S+) (\\S+)\\s*(\\S*)</regex><order>action,srcip,dstip,srcport,dstport,protocol</order></decoder>
    <decoder name="fx"><prematch>^fx </prematch><type>firewall</type><regex>^fx (\\w+)</regex><order>action</order></decoder>`;
  const incomplete = 'fx drop';
  const complete = 'fw drop 192.0.2.1 192.0.2.2 1 2 tcp';

  it('drops an event that lacks a part before rules, in the service and not in logtest', () => {
    const service = startSmall({ decoders: firewall, rules });
    expect(service.process(messageOf(incomplete))).toBeUndefined();
    expect(service.process(messageOf(complete))?.alert.rule).toMatchObject({ id: '101', firedtimes: 1 });
    const logtest = startSmall({ decoders: firewall, rules }, { logtest: true });
    expect(logtest.logtest(messageOf(incomplete)).rule?.id).toBe('101');
  });
});
