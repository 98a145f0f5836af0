// spec ruleset §5.6: decoders that are code.
import { describe, expect, it } from 'vitest';
import { messageOf, startSmall } from '../small-ruleset.ts';

const templates = ['firewall', 'ids', 'squid']
  .map(
    (name, index) =>
      `<rule id="${index + 2}" level="0"><category>${name}</category><description>t</description></rule>`,
  )
  .join('');

const categoryRules = `<group name="t,">${templates}
  <rule id="100" level="3"><category>syslog</category><description>syslog</description></rule>
  <rule id="102" level="3"><category>firewall</category><description>firewall</description></rule>
  <rule id="103" level="3"><category>ids</category><description>ids</description></rule>
  <rule id="104" level="3"><category>squid</category><description>squid</description></rule></group>`;

function pluginEngine(plugin: string, logtest = true) {
  const decoders = `<decoder name="p"><prematch>^\\.</prematch><plugin_decoder>${plugin}</plugin_decoder></decoder>`;
  return startSmall({ decoders, rules: categoryRules }, { logtest });
}

function decoded(plugin: string, log: string) {
  const { fields, rule } = pluginEngine(plugin).logtest(messageOf(log));
  return { fields, category: rule?.description };
}

describe('§5.6 PF_Decoder', () => {
  it.each([
    [
      'rule 1/(match) pass in on em0: 192.0.2.1.4022 > 198.51.100.2.22: udp 20',
      { action: 'pass', srcip: '192.0.2.1', srcport: '4022', dstip: '198.51.100.2', dstport: '22', protocol: 'UDP' },
    ],
    [
      'rule 1/(match) block in on em0: 192.0.2.1 > 198.51.100.2: icmp: echo request',
      { action: 'block', srcip: '192.0.2.1', dstip: '198.51.100.2', protocol: 'ICMP' },
    ],
    [
      'rule 1/(match) block in on em0: 192.0.2.1.1 > 198.51.100.2.2: S 1:1(0) win 65535',
      { action: 'block', srcip: '192.0.2.1', srcport: '1', dstip: '198.51.100.2', dstport: '2', protocol: 'TCP' },
    ],
    ['rule 1/(match) rdr in on em0: 192.0.2.1.1 > 198.51.100.2.2: S', {}],
    ['no parenthesis', {}],
  ])('reads %j', (log, fields) => {
    expect(decoded('PF_Decoder', log).fields).toEqual(fields);
  });
});

describe('§5.6 SymantecWS_Decoder', () => {
  it('reads keys after the first comma; the first of each wins, and the id keeps its key', () => {
    expect(decoded('SymantecWS_Decoder', 'x,3=12345678,2=99,10=bob,10=eve,11=192.0.2.1,60=http://a/').fields).toEqual({
      id: '3=1234567',
      dstuser: 'bob',
      srcip: '192.0.2.1',
      url: 'http://a/',
    });
  });

  it('cuts the address at 128 bytes and the URL at 1,024', () => {
    const { fields } = decoded('SymantecWS_Decoder', `x,11=${'1'.repeat(200)},60=${'u'.repeat(2000)}`);
    expect(fields).toEqual({ srcip: '1'.repeat(128), url: 'u'.repeat(1024) });
  });

  it('reads nothing without a comma', () => {
    expect(decoded('SymantecWS_Decoder', '10=bob').fields).toEqual({});
  });
});

describe('§5.6 SonicWall_Decoder', () => {
  const line = (c: string, m: string, rest = '') =>
    `id=firewall pri=6 c=${c} m=${m} msg="x" src=192.0.2.1:4022:X1 dst=198.51.100.2:22:X0 proto=tcp/ssh ${rest}`;
  const fields = (id: string, more = {}) => ({
    status: '6',
    id,
    srcip: '192.0.2.1',
    srcport: '4022',
    dstip: '198.51.100.2',
    dstport: '22',
    protocol: 'tcp',
    ...more,
  });

  it.each([
    ['32', '1', 'ids', {}],
    ['4', '98', 'firewall', { action: 'pass' }],
    ['4', '597', 'firewall', { action: 'pass' }],
    ['4', '598', 'firewall', { action: 'pass' }],
    ['4', '36', 'firewall', { action: 'drop' }],
    ['4', '37', 'firewall', { action: 'drop' }],
    ['4', '38', 'firewall', { action: 'drop' }],
    ['4', '173', 'firewall', { action: 'drop' }],
    ['4', '174', 'firewall', { action: 'drop' }],
    ['4', '537', 'firewall', { action: 'close' }],
    ['4', '5', 'syslog', {}],
  ])('category %s and id %s are %s', (c, m, category, more) => {
    expect(decoded('SonicWall_Decoder', line(c, m))).toEqual({ fields: fields(m, more), category });
  });

  it('reads a web access', () => {
    const more = 'op=GET result=404 dstname=example.org arg=/index.html';
    expect(decoded('SonicWall_Decoder', line('1024', '97', more))).toEqual({
      fields: fields('404', { url: 'example.org/index.html' }),
      category: 'squid',
    });
  });

  it('takes nothing of the category over to the next event', () => {
    const engine = pluginEngine('SonicWall_Decoder');
    expect(engine.logtest(messageOf(line('32', '1'))).rule?.description).toBe('ids');
    expect(engine.logtest(messageOf('something else')).rule?.description).toBe('syslog');
  });

  it('keeps status and id where there are no addresses, and nothing without the head', () => {
    expect(decoded('SonicWall_Decoder', 'pri=6 c=32 m=1 x').fields).toEqual({ status: '6', id: '1' });
    expect(decoded('SonicWall_Decoder', 'c=32 m=1 pri=6').fields).toEqual({});
  });
});

describe('§5.6 OSSECAlert_Decoder', () => {
  const decoders = `
    <decoder name="ossec"><prematch>^ossec: </prematch></decoder>
    <decoder name="ossec-alert1"><parent>ossec</parent><prematch>^ossec: Alert Level:</prematch>
      <plugin_decoder>OSSECAlert_Decoder</plugin_decoder></decoder>
    <decoder name="ossec-alert"><program_name>^ossec$</program_name>
      <plugin_decoder>OSSECAlert_Decoder</plugin_decoder></decoder>`;
  const rules = `<group name="t,"><rule id="100" level="3"><description>any</description></rule>
    <rule id="5715" level="5"><if_sid>100</if_sid><match>never there</match><description>login of $(user) $(dstuser) from $(srcip)</description></rule>
    <rule id="5716" level="0"><if_sid>100</if_sid><match>never there</match><description>silent</description></rule>
    <rule id="5717" level="7"><if_sid>100</if_sid><match>never there</match><description>used</description></rule>
    <rule id="5718" level="9" frequency="3" timeframe="60"><if_matched_sid>5717</if_matched_sid><match>never there</match><description>c</description></rule></group>`;
  const original = 'Jul 25 13:26:24 slacker sshd[20440]: Accepted password for root; from 192.0.2.190';
  const forwarded = (id: string, parts = 'srcip: 192.0.2.190; user: root; ') =>
    `Alert Level: 3; Rule: ${id} - Some; description: x.; Location: (jul) 192.0.2.0->/var/log/messages; ${parts}${original}`;
  const alertOf = (text: string) => startSmall({ decoders, rules }).process(messageOf(text))?.alert;

  it.each(['Jul 25 12:17:41 enigma ossec: ', 'ossec: '])('alerts as the rule named after %j', (head) => {
    expect(alertOf(head + forwarded('5715'))).toMatchObject({
      rule: { id: '5715', level: 5, description: 'login of  root from 192.0.2.190', firedtimes: 1 },
      full_log: original,
      data: { srcip: '192.0.2.190', dstuser: 'root' },
      location: '/var/log/demo.log|(jul) 192.0.2.0->/var/log/messages',
    });
  });

  it('takes parts in any order, or none', () => {
    expect(alertOf(`ossec: ${forwarded('5715', 'classification: a,b,; user: eve; ')}`)).toMatchObject({
      data: { dstuser: 'eve' },
      full_log: original,
    });
    expect(alertOf(`ossec: ${forwarded('5715', '')}`)).toMatchObject({ full_log: original });
  });

  it.each([
    ['an unknown rule', `ossec: ${forwarded('999')}`],
    ['a rule of level 0', `ossec: ${forwarded('5716')}`],
    ['no location', 'ossec: Alert Level: 3; Rule: 5715 - x'],
    ['another text of the program', 'Jul 25 12:17:41 enigma ossec: started'],
  ])('alerts nothing for %s', (_what, text) => {
    const engine = startSmall({ decoders, rules });
    expect(engine.process(messageOf(text))).toBeUndefined();
    expect(engine.logtest(messageOf(text)).alert).toBe(false);
  });

  it('is remembered under its rule', () => {
    const engine = startSmall({ decoders, rules });
    engine.process(messageOf(`ossec: ${forwarded('5717')}`));
    expect(engine.snapshot().events.map(([, id]) => id)).toEqual(['5717']);
  });
});
