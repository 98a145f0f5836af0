// spec ruleset §4.1 and §6.2: conditions of rules.
import { describe, expect, it } from 'vitest';
import { messageOf } from '../small-ruleset.ts';
import { rule, rulesOf, startPairs } from './one-rule.ts';

function holds(inner: string, log: string, more = {}, attributes = ''): boolean {
  const engine = startPairs(rulesOf(rule(101, 3, inner, attributes)));
  return engine.process(messageOf(log, 0, more)) !== undefined;
}

describe('§4.1 pattern languages', () => {
  it.each([
    ['<match>A.b</match>', 'kv a.B', true],
    ['<match>a.b</match>', 'kv axb', false],
    ['<match type="pcre2">a.b</match>', 'kv axb', true],
    ['<match type="pcre2">A.b</match>', 'kv axb', false],
    ['<match type="osregex">a\\.b</match>', 'kv axb', true],
    ['<regex>a\\.b</regex>', 'kv axb', true],
    ['<regex type="osmatch">a\\.b</regex>', 'kv axb', false],
    ['<field name="key">^\\d+$</field>', 'kv key=12', true],
    ['<field name="KEY" type="osmatch">^1</field>', 'kv key=12', true],
    ['<action>Drop</action>', 'kv action=Drop', true],
    ['<action>drop</action>', 'kv action=Drop', false],
    ['<action>Dro</action>', 'kv action=Drop', false],
    ['<action type="osmatch">drop</action>', 'kv action=Drop', true],
  ])('%s of %j is %s', (inner, log, expected) => {
    expect(holds(inner, log)).toBe(expected);
  });

  it('join repeated elements with nothing in between; the last type and negate count', () => {
    const pieces = '<match>cat|</match><match>dog</match>';
    expect([holds(pieces, 'kv dog'), holds(pieces, 'kv cat'), holds(pieces, 'kv cow')]).toEqual([true, true, false]);
    expect(holds('<match type="pcre2">^k.</match><match> a</match>', 'kv a')).toBe(false);
    expect(holds('<match>^k.</match><match type="pcre2"> a</match>', 'kv a')).toBe(true);
    expect(holds('<match negate="yes">a</match><match>b</match>', 'kv ab')).toBe(true);
    expect(holds('<match>a</match><match negate="yes">b</match>', 'kv ab')).toBe(false);
  });

  it('join fields of one name not at all', () => {
    const both = '<field name="key">a</field><field name="key">b</field>';
    expect([holds(both, 'kv key=ab'), holds(both, 'kv key=a')]).toEqual([true, false]);
  });
});

describe('§6.2 a condition on a field', () => {
  const slots = [
    'id',
    'url',
    'status',
    'data',
    'extra_data',
    'system_name',
    'protocol',
    'action',
    'srcport',
    'dstport',
  ];
  it.each(slots)('%s looks at the field of its name, and fails without it, negated too', (name) => {
    const plain = `<${name}>abc</${name}>`;
    const negated = `<${name} negate="yes">abc</${name}>`;
    const logs = [`kv ${name}=abc`, `kv ${name}=x`, 'kv abc'];
    expect(logs.map((log) => holds(plain, log))).toEqual([true, false, false]);
    expect(logs.map((log) => holds(negated, log))).toEqual([false, true, false]);
  });

  it('that is dynamic fails without it, negated too', () => {
    expect(holds('<field name="key" negate="yes">a</field>', 'kv key=b')).toBe(true);
    expect(holds('<field name="key" negate="yes">a</field>', 'kv')).toBe(false);
  });

  it('user is dstuser, and srcuser where there is none', () => {
    expect(holds('<user>^bob$</user>', 'kv dstuser=bob srcuser=eve')).toBe(true);
    expect(holds('<user>^eve$</user>', 'kv dstuser=bob srcuser=eve')).toBe(false);
    expect(holds('<user>^eve$</user>', 'kv srcuser=eve')).toBe(true);
  });

  it('program_name, hostname and location are of the event', () => {
    const agent = { id: '007', name: 'web1', ip: 'any' };
    const log = 'Dec 29 10:00:01 other app: x';
    expect(holds('<program_name>^app$</program_name>', log)).toBe(true);
    expect(holds('<program_name negate="yes">x</program_name>', 'kv')).toBe(false);
    expect(holds('<hostname>^other$</hostname>', log)).toBe(true);
    expect(holds('<hostname>^web1$</hostname>', log, { agent })).toBe(true);
    expect(holds('<location>^(web1) any->/var/log/demo.log$</location>', log, { agent })).toBe(true);
    expect(holds('<location>^/var/log</location>', log)).toBe(true);
  });

  it('geoip never holds', () => {
    expect(holds('<srcgeoip>x</srcgeoip>', 'kv')).toBe(false);
    expect(holds('<dstgeoip negate="yes">x</dstgeoip>', 'kv')).toBe(false);
  });
});

describe('§6.2 srcip and dstip', () => {
  it.each([
    ['<srcip>192.0.2.1</srcip>', '192.0.2.1', true],
    ['<srcip>192.0.2.1</srcip>', '192.0.2.2', false],
    ['<srcip>192.0.2.0/24</srcip>', '192.0.2.2', true],
    ['<srcip>192.0.2.0/255.255.255.0</srcip>', '192.0.2.2', true],
    ['<srcip>192.0.2.0/255.255.255.0</srcip>', '192.0.3.2', false],
    ['<srcip>2001:db8::/32</srcip>', '2001:db8:1::5', true],
    ['<srcip>any</srcip>', '192.0.2.2', true],
    ['<srcip>any</srcip>', 'host.example', false],
    ['<srcip>192.0.2.1</srcip><srcip>192.0.2.9</srcip>', '192.0.2.9', true],
    ['<srcip>!192.0.2.1</srcip>', '192.0.2.1', true],
    ['<srcip>!192.0.2.1</srcip>', '192.0.2.2', false],
    ['<srcip negate="yes">192.0.2.1</srcip>', '192.0.2.1', false],
    ['<srcip negate="yes">192.0.2.1</srcip>', '192.0.2.2', true],
    ['<srcip negate="yes">192.0.2.1</srcip>', 'host.example', true],
    ['<srcip negate="yes">192.0.2.1</srcip><srcip>192.0.2.9</srcip>', '192.0.2.1', true],
    ['<srcip>192.0.2.1</srcip><srcip negate="yes">192.0.2.9</srcip>', '192.0.2.1', false],
  ])('%s of %s is %s', (inner, address, expected) => {
    expect(holds(inner, `kv srcip=${address}`)).toBe(expected);
    expect(holds(inner.replaceAll('srcip', 'dstip'), `kv dstip=${address}`)).toBe(expected);
  });

  it('fail without the field, negated too', () => {
    expect(holds('<srcip negate="yes">192.0.2.1</srcip>', 'kv')).toBe(false);
  });
});

describe('§6.2 maxsize', () => {
  it('is the least size of the log', () => {
    expect(holds('', 'kv345', {}, 'maxsize="5"')).toBe(true);
    expect(holds('', 'kv34', {}, 'maxsize="5"')).toBe(false);
    expect(holds('', 'Dec 29 10:00:01 other app: 1234', {}, 'maxsize="5"')).toBe(false);
  });
});

describe('§6.2 time and weekday, by local arrival', () => {
  const at = (hours: number, minutes: number) => ({ timeMs: new Date(2031, 2, 4, hours, minutes, 30).getTime() });

  it.each([
    ['9 am - 5 pm', [8, 59], false],
    ['9 am - 5 pm', [9, 0], true],
    ['9 am - 5 pm', [17, 0], true],
    ['9 am - 5 pm', [17, 1], false],
    ['09:30-17:15', [17, 15], true],
    ['09:30-17:15', [9, 29], false],
    ['9:30 AM-12 PM', [12, 0], true],
    ['12 am - 1 am', [0, 30], true],
    ['! 9 am - 5 pm', [12, 0], false],
    ['!9 am - 5 pm', [18, 0], true],
    ['6 pm - 8:30 am', [19, 0], true],
    ['6 pm - 8:30 am', [12, 0], false],
    ['6 pm - 8:30 am', [18, 0], false],
    ['6 pm - 8:30 am', [8, 30], false],
    ['6 pm - 8:30 am', [8, 29], true],
    ['!6 pm - 8:30 am', [19, 0], true],
  ] as const)('%j at %j is %s', (text, [hours, minutes], expected) => {
    expect(holds(`<time>${text}</time>`, 'kv', at(hours, minutes))).toBe(expected);
  });

  // 4 March 2031 is a Tuesday.
  it.each([
    ['tuesday', 4, true],
    ['Tue', 4, true],
    ['monday, tue', 4, true],
    ['monday tuesday', 4, true],
    ['monday', 4, false],
    ['weekdays', 4, true],
    ['weekends', 4, false],
    ['weekends', 8, true],
    ['sunday', 9, true],
  ])('%j on day %i is %s', (text, day, expected) => {
    const timeMs = new Date(2031, 2, day, 12).getTime();
    expect(holds(`<weekday>${text}</weekday>`, 'kv', { timeMs })).toBe(expected);
  });
});

describe('§6.2 compiled_rule', () => {
  const mswin = (target: string, caller: string): string =>
    `kv Target User Name: ${target} Target Domain: d Caller User Name: ${caller} Caller Domain: d`;
  it.each([
    ['is_simple_http_request', 'kv url=/', true],
    ['is_simple_http_request', 'kv url=/a/b', true],
    ['is_simple_http_request', 'kv url=/a?b', false],
    ['is_simple_http_request', 'kv', false],
    ['is_valid_crawler', '66.249.1.1 x', true],
    ['is_valid_crawler', '66.24.1.1 x', false],
    ['is_valid_crawler', 'kv 66.249.', false],
    ['comp_srcuser_dstuser', 'kv srcuser=a dstuser=a', true],
    ['comp_srcuser_dstuser', 'kv srcuser=a dstuser=b', false],
    ['comp_srcuser_dstuser', 'kv srcuser=a', true],
    ['check_id_size', 'kv id=1234567890', true],
    ['check_id_size', 'kv id=123456789', false],
    ['comp_mswin_targetuser_calleruser_diff', mswin('a', 'b'), true],
    ['comp_mswin_targetuser_calleruser_diff', mswin('a', 'a'), false],
  ])('%s of %j is %s', (name, log, expected) => {
    expect(holds(`<compiled_rule>${name}</compiled_rule>`, log)).toBe(expected);
  });
});

describe('§6.2 several conditions', () => {
  it('must all hold', () => {
    const both = '<match>a</match><url>b</url>';
    expect([holds(both, 'kv a url=b'), holds(both, 'kv a'), holds(both, 'kv url=b')]).toEqual([true, false, false]);
  });

  it('are asked in an order of their own: one with an effect comes after plain ones', () => {
    const engine = startPairs(rulesOf(rule(101, 3, '<check_diff /><status>^ok$</status>')));
    const logs = ['kv status=bad 1', 'kv status=ok 2', 'kv status=bad 3', 'kv status=ok 2', 'kv status=ok 4'];
    const fired = logs.map((log, second) => engine.process(messageOf(log, second)) !== undefined);
    expect(fired).toEqual([false, false, false, false, true]);
  });
});
