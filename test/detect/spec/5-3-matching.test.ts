// spec ruleset §5.2 to §5.4: which decoder takes an event, and which fields it fills.
import { describe, expect, it } from 'vitest';
import { messageOf, startSmall } from '../small-ruleset.ts';

const rules = '<group name="t,"><rule id="100" level="3"><description>any</description></rule></group>';

function decode(decoders: string, line: string): { decoder: unknown; fields: unknown } {
  const { decoder, fields } = startSmall({ decoders, rules }).logtest(messageOf(line));
  return { decoder, fields };
}

const header = 'Dec 29 10:00:01 web1 app[1]: ';
const named = (name: string, inner = ''): string =>
  `<decoder name="${name}"><program_name>^app$</program_name>${inner}</decoder>`;
const child = (name: string, inner: string): string => `<decoder name="${name}"><parent>p</parent>${inner}</decoder>`;
const take = (pattern: string, order: string, offset = ''): string =>
  `<regex${offset === '' ? '' : ` offset="${offset}"`}>${pattern}</regex><order>${order}</order>`;

describe('§5.3 the list of top-level decoders', () => {
  it('is that of decoders with a program name where the event has one, even an empty one', () => {
    const decoders = `<decoder name="any"><prematch>x</prematch></decoder>${named('n')}`;
    expect(decode(decoders, `${header}x`).decoder).toEqual({ name: 'n' });
    expect(decode(decoders, 'x').decoder).toEqual({ name: 'any' });
    expect(decode(decoders, 'Dec 29 10:00:01 web1 : x').decoder).toEqual({});
  });

  it('is tried in load order, and the first that matches takes the event for good', () => {
    const decoders = named('a', '<prematch>never</prematch>') + named('b', '<prematch>^x</prematch>') + named('c');
    expect(decode(decoders, `${header}xy`).decoder).toEqual({ name: 'b' });
    expect(decode(decoders, `${header}y`).decoder).toEqual({ name: 'c' });
  });

  it('may hold a name several times: each has the children of that name', () => {
    const decoders = `<decoder name="p"><prematch>^a </prematch></decoder><decoder name="p"><prematch>^b </prematch></decoder>${child('c', take('v=(\\S+)', 'id'))}`;
    expect(decode(decoders, 'a v=1')).toEqual({ decoder: { name: 'p' }, fields: { id: '1' } });
    expect(decode(decoders, 'b v=2')).toEqual({ decoder: { name: 'p' }, fields: { id: '2' } });
  });

  it('gives a child to a parent of either list', () => {
    const decoders = `<decoder name="p"><program_name>^app$</program_name></decoder><decoder name="p"><prematch>^b </prematch></decoder>${child('c', take('v=(\\S+)', 'id'))}`;
    expect(decode(decoders, `${header}v=1`).fields).toEqual({ id: '1' });
    expect(decode(decoders, 'b v=2').fields).toEqual({ id: '2' });
  });

  it('ignores program_name on a child', () => {
    const decoders = `<decoder name="p"><prematch>^b </prematch></decoder>${child('c', `<program_name>^other$</program_name>${take('v=(\\S+)', 'id')}`)}`;
    expect(decode(decoders, 'b v=2').fields).toEqual({ id: '2' });
  });
});

describe('§5.3 children', () => {
  const p = '<decoder name="p"><prematch>^p </prematch><type>windows</type></decoder>';

  it('with a prematch become the decoder, under the name of the parent', () => {
    expect(decode(p + child('c', '<prematch>^p x</prematch>'), 'p x').decoder).toEqual({ parent: 'p', name: 'p' });
  });

  it('keep their own name with use_own_name true only', () => {
    const own = (value: string): string =>
      p + child('c', `<prematch>^p x</prematch><use_own_name>${value}</use_own_name>`);
    expect(decode(own('true'), 'p x').decoder).toEqual({ parent: 'p', name: 'c' });
    expect(decode(own('yes'), 'p x').decoder).toEqual({ parent: 'p', name: 'p' });
  });

  it('without a prematch do not', () => {
    expect(decode(p + child('c', take('x(\\S+)', 'id')), 'p x1')).toEqual({
      decoder: { name: 'p' },
      fields: { id: '1' },
    });
  });

  it('end decoding where none is left: the regex of the parent is not run', () => {
    const parent = `<decoder name="p"><prematch>^p </prematch>${take('(\\S+)$', 'id')}</decoder>`;
    expect(decode(parent, 'p x').fields).toEqual({ id: 'x' });
    expect(decode(parent + child('c', `<prematch>never</prematch>${take('(y)', 'id')}`), 'p x').fields).toEqual({});
  });

  it('stop the search with the first that has no prematch', () => {
    const decoders = p + child('c', take('never(y)', 'id')) + child('d', `<prematch>x</prematch>${take('(x)', 'id')}`);
    expect(decode(decoders, 'p x')).toEqual({ decoder: { name: 'p' }, fields: {} });
  });

  it('are of category syslog unless they say otherwise', () => {
    const templates = '<rule id="6" level="0"><category>windows</category><description>w</description></rule>';
    const both = `<group name="t,">${templates}<rule id="100" level="3"><description>s</description></rule>
      <rule id="101" level="3"><category>windows</category><description>w</description></rule></group>`;
    const typed = child('d', '<prematch>^p y</prematch><type>windows</type>');
    const decoders = p + child('c', '<prematch>^p x</prematch>') + typed;
    const engine = startSmall({ decoders, rules: both });
    const ids = ['p x', 'p y', 'p z'].map((line) => engine.process(messageOf(line))?.alert.rule.id);
    expect(ids).toEqual(['100', '101', '101']);
  });
});

describe('§5.3 where a regex begins', () => {
  const p = '<decoder name="p"><prematch>^p:</prematch></decoder>';
  const log = 'p:a:b c d';

  it.each([
    ['', 'p:a:b'],
    ['after_parent', 'a:b'],
    ['after_regex', 'b'],
  ])('with offset %j of the first', (offset, found) => {
    const first = child('c', `<prematch offset="after_parent">^a:</prematch>${take('x', 'id')}`);
    const second = child('c', take('^(\\S+)', 'id', offset));
    expect(decode(p + first + second, log).fields).toEqual({ id: found });
  });

  it('without offset looks for the prematch in the whole log', () => {
    expect(decode(p + child('c', `<prematch>^p:a</prematch>${take('(c)', 'id')}`), log).fields).toEqual({ id: 'c' });
  });

  it('after_regex goes on behind the last success', () => {
    const chain =
      child('c', take('(a:)', 'id')) +
      child('c', take('never(z)', 'url', 'after_regex')) +
      child('c', take('^ (\\S+) ', 'data', 'after_regex'));
    expect(decode(p + chain, 'p:a: b c').fields).toEqual({ id: 'a:', data: 'b' });
  });

  it('after_prematch on a top-level decoder is after its own', () => {
    const decoder = `<decoder name="q"><prematch>^q:</prematch>${take('^(\\S+)', 'id', 'after_prematch')}</decoder>`;
    expect(decode(decoder, 'q:x y').fields).toEqual({ id: 'x' });
  });

  it('swallows the byte behind a quantified end, as osregex gives it', () => {
    const decoder = (rest: string): string =>
      `<decoder name="q"><prematch>^t2 \\S+</prematch>${take('^(\\.+)', 'id', rest)}</decoder>`;
    expect(decode(decoder('after_prematch'), 't2 abcdef').fields).toEqual({ id: 'bcdef' });
    expect(decode(decoder('after_prematch'), 't2 abc ghi').fields).toEqual({ id: 'ghi' });
  });

  it('is the empty rest after a pcre2 prematch of length 0, where nothing stands before the log', () => {
    const decoder = `<decoder name="q"><prematch type="pcre2">^(?=q)</prematch><regex offset="after_prematch" type="pcre2">^(.*)$</regex><order>id</order></decoder>`;
    expect(decode(decoder, 'q x').fields).toEqual({ id: '' });
  });
});

describe('§5.2 a chain of siblings', () => {
  const p = '<decoder name="p"><prematch>^p </prematch></decoder>';
  const log = 'p a=1 b=2 c=3';

  it('runs into the stranger between two of its members and stops there', () => {
    const chain =
      child('c', take('a=(\\d)', 'one')) + child('x', take('b=(\\d)', 'two')) + child('c', take('c=(\\d)', 'three'));
    expect(decode(p + chain, log).fields).toEqual({ one: '1', two: '2' });
  });

  it('goes on through strangers that have a later sibling themselves', () => {
    const chain =
      child('c', take('a=(\\d)', 'one')) +
      child('x', take('b=(\\d)', 'two')) +
      child('c', take('c=(\\d)', 'three')) +
      child('x', take('p (a)', 'four'));
    expect(decode(p + chain, log).fields).toEqual({ one: '1', two: '2', three: '3' });
  });

  it('skips with a failed prematch the run of flagged members and one more', () => {
    const chain =
      child('c', `<prematch>never</prematch>${take('a=(\\d)', 'one')}`) +
      child('c', take('b=(\\d)', 'two')) +
      child('x', take('c=(\\d)', 'three'));
    expect(decode(p + chain, log).fields).toEqual({ three: '3' });
  });
});

describe('§5.4 fields', () => {
  const decoder = (pattern: string, order: string): string =>
    `<decoder name="p"><prematch>^p</prematch>${take(pattern, order)}</decoder>`;

  it('are named by order, cut at a space; extra captures are dropped, missing ones leave fields unset', () => {
    expect(decode(decoder('(a) (b) (c)', ' one 1,  srcip'), 'p a b c').fields).toEqual({ srcip: 'b', one: 'a' });
    expect(decode(decoder('(a)', 'id,url'), 'p a').fields).toEqual({ id: 'a' });
  });

  it('put user into dstuser', () => {
    expect(decode(decoder('(a)', 'user'), 'p a').fields).toEqual({ dstuser: 'a' });
  });

  it('are static: the last assignment counts; dynamic: the first, whatever its case', () => {
    const chain = `<decoder name="p"><prematch>^p</prematch></decoder>${child('c', take('(a) (b)', 'id,Key'))}${child('c', take('(c) (d)', 'id,kEY'))}`;
    expect(decode(chain, 'p a b c d').fields).toEqual({ id: 'c', Key: 'b' });
  });

  it('are 256 dynamic ones at most, asked once for each regex', () => {
    const part = (count: number, offset: number): string => {
      const names = Array.from({ length: count }, (_, index) => `f${offset + index}`).join(',');
      return child('c', `<regex type="pcre2">${'(.)'.repeat(count)}</regex><order>${names}</order>`);
    };
    const chain = `<decoder name="p"><prematch>^p</prematch></decoder>${part(200, 0)}${part(100, 200)}${part(5, 300)}`;
    const { fields } = decode(chain, `p${'x'.repeat(400)}`);
    expect(Object.keys(fields as object)).toHaveLength(300);
  });

  it('of a pcre2 group that took no part are empty in the middle and unset at the end', () => {
    const pcre2 = `<decoder name="p"><prematch>^p</prematch><regex type="pcre2">p (a)?(b)(c)?</regex><order>url,id,status</order></decoder>`;
    expect(decode(pcre2, 'p b').fields).toEqual({ id: 'b', url: '' });
  });
});
