import { describe, expect, it } from 'vitest';
import { loadSmall, messageOf, startSmall } from './small-ruleset.ts';

const rules = '<group name="t,"><rule id="100" level="3"><description>any</description></rule></group>';

function fieldsOf(decoders: string, line: string): unknown {
  const { decoder, fields } = startSmall({ decoders, rules }).logtest(messageOf(line));
  return { decoder, fields };
}

describe('decoders', () => {
  const chain = `
    <decoder name="app"><program_name>^app$</program_name></decoder>
    <decoder name="app-login"><parent>app</parent><prematch>^login </prematch>
      <regex offset="after_prematch">^user=(\\w+)</regex><order>srcuser</order></decoder>
    <decoder name="app-login"><parent>app</parent><regex offset="after_regex">ip=(\\S+)</regex><order>srcip</order></decoder>
    <decoder name="app-login"><parent>app</parent><regex>port=(\\d+)</regex><order>app.port</order></decoder>
    <decoder name="app-bare"><parent>app</parent><regex>code=(\\d+)</regex><order>id</order></decoder>`;

  it('runs a chain of siblings, each link on its own', () => {
    expect(fieldsOf(chain, 'Dec 29 10:00:01 web1 app[1]: login user=bob ip=1.2.3.4 port=22')).toEqual({
      decoder: { parent: 'app', name: 'app' },
      fields: { srcip: '1.2.3.4', srcuser: 'bob', app: { port: '22' } },
    });
  });

  it('goes past a whole chain whose prematch fails, and keeps the parent for a child without one', () => {
    expect(fieldsOf(chain, 'Dec 29 10:00:01 web1 app[1]: code=42')).toEqual({
      decoder: { name: 'app' },
      fields: { id: '42' },
    });
  });

  it('never tries decoders without program name on events that have one', () => {
    const json =
      '<decoder name="json"><prematch>^{\\s*"</prematch><plugin_decoder>JSON_Decoder</plugin_decoder></decoder>';
    expect(fieldsOf(json, 'Dec 29 10:00:01 web1 app: {"a":1}')).toEqual({ decoder: {}, fields: {} });
    expect(
      fieldsOf(json, '{"a":{"n":1.5,"N":2,"b":true},"l":[1,{"x":"y"}],"user":"u","srcip":"1.1.1.1"} tail'),
    ).toEqual({
      decoder: { name: 'json' },
      fields: { srcip: '1.1.1.1', dstuser: 'u', a: { n: '1.500000', b: 'true' }, l: [1, { x: 'y' }] },
    });
  });

  it('tells every problem of a file, with its place', () => {
    const { ruleset, problems } = loadSmall({
      decoders: '<decoder name="a"><parent>none</parent></decoder>\n<decoder name="b"><nonsense>x</nonsense></decoder>',
      rules,
    });
    expect(ruleset).toBeUndefined();
    expect(problems.map(({ position }) => position.line)).toEqual([1, 2, 2]);
  });
});
