// Rules, decoders and lists are loaded anew while lines come: what was remembered goes on, and a broken file changes nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homePaths } from '../../src/manager/home.ts';
import { createRules, type LoadOutcome, type Rules } from '../../src/manager/rules.ts';

const startMs = 1_790_000_000_000;
let home: string;
let sent: number;

const ownRules = (more = ''): string => `<group name="own,">
<rule id="100200" level="3"><program_name>^app</program_name><match>fail</match><description>failure</description></rule>
<rule id="100201" level="8" frequency="3" timeframe="60"><if_matched_sid>100200</if_matched_sid><description>failures</description></rule>
<rule id="100202" level="4" ignore="60"><program_name>^app</program_name><match>noisy</match><description>noisy</description></rule>
<rule id="100203" level="5"><program_name>^app</program_name><match>seen</match><if_fts /><description>first</description></rule>
<rule id="100204" level="6"><program_name>^app</program_name><match>listed</match><list field="srcip">etc/lists/bad</list><description>listed</description></rule>
${more}</group>`;
const decoders = `<decoder name="app"><program_name>^app</program_name></decoder>
<decoder name="app-from"><parent>app</parent><prematch>from </prematch><regex offset="after_prematch">^(\\S+)</regex><order>srcip</order><fts>name, srcip</fts></decoder>`;

function write(path: string, text: string): void {
  writeFileSync(join(home, 'etc', path), text);
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'riposte-hot-'));
  for (const folder of ['rules', 'decoders', 'lists']) mkdirSync(join(home, 'etc', folder), { recursive: true });
  write('ossec.conf', '<ossec_config></ossec_config>');
  write('rules/own.xml', ownRules());
  write('decoders/own.xml', decoders);
  write('lists/bad', '192.0.2.1:\n');
  sent = 0;
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function load(): Rules {
  const rules = createRules({ paths: homePaths(home), hostname: 'manager', nowMs: () => startMs, logtest: false });
  use(rules, rules.read());
  return rules;
}

function use(rules: Rules, { loaded, problems }: LoadOutcome): void {
  if (loaded === undefined) throw new Error(JSON.stringify(problems));
  rules.use(loaded);
}

/** A second after the one before. */
function firedBy(rules: Rules, log: string): string {
  sent += 1;
  const text = `Jan  1 00:00:00 host app[1]: ${log}`;
  const timeMs = startMs + sent * 1000;
  const found = rules.current().detector.process({ id: `1.${sent}`, location: '/log', text, timeMs });
  return found === undefined ? '-' : `${found.alert.rule.id} ${found.alert.rule.firedtimes}`;
}

const noTurn = async (): Promise<void> => undefined;

describe('what was remembered', () => {
  it('counts for rules that did not change, beside those that did', async () => {
    const rules = load();
    expect([firedBy(rules, 'fail'), firedBy(rules, 'fail')]).toEqual(['100200 1', '100200 2']);
    expect([firedBy(rules, 'noisy'), firedBy(rules, 'seen from 192.0.2.9')]).toEqual(['100202 1', '100203 1']);
    write('rules/own.xml', ownRules().replace('<match>listed', '<match>changed'));
    write(
      'rules/more.xml',
      '<group name="m,"><rule id="100210" level="3"><match>new</match><description>n</description></rule></group>',
    );
    use(rules, await rules.readInTurns(noTurn));
    expect(firedBy(rules, 'fail')).toBe('100201 1');
    expect(firedBy(rules, 'noisy')).toBe('-');
    expect(firedBy(rules, 'seen from 192.0.2.9')).toBe('-');
    expect(firedBy(rules, 'fail')).toBe('100200 3');
    expect(firedBy(rules, 'new')).toBe('100210 1');
  });

  it('goes on over many reloads', async () => {
    const rules = load();
    for (const expected of ['100200 1', '100200 2', '100201 1', '100200 3', '100200 4', '100201 2']) {
      expect(firedBy(rules, 'fail')).toBe(expected);
      use(rules, await rules.readInTurns(noTurn));
    }
  });
});

describe('a reload', () => {
  it('takes up lists and decoders', async () => {
    const rules = load();
    expect(firedBy(rules, 'listed from 192.0.2.2')).toBe('-');
    write('lists/bad', '192.0.2.2:\n');
    use(rules, await rules.readInTurns(noTurn));
    expect(firedBy(rules, 'listed from 192.0.2.2')).toBe('100204 1');
    expect(firedBy(rules, 'listed by 192.0.2.2')).toBe('-');
    write('decoders/own.xml', decoders.replace('>from <', '>by <'));
    use(rules, await rules.readInTurns(noTurn));
    expect(firedBy(rules, 'listed by 192.0.2.2')).toBe('100204 2');
  });

  it('judges lines by the rules that hold while it reads, in pieces', async () => {
    const rules = load();
    write('rules/own.xml', ownRules().replace('level="3"', 'level="4"'));
    const during: string[] = [];
    const outcome = await rules.readInTurns(async () => {
      during.push(firedBy(rules, 'fail'));
    });
    expect(during.length).toBeGreaterThan(10);
    expect(during.slice(0, 4)).toEqual(['100200 1', '100200 2', '100201 1', '100200 3']);
    use(rules, outcome);
    expect(
      rules
        .current()
        .listRules()
        .find(({ id }) => id === '100200')?.level,
    ).toBe(4);
  });

  it.each([
    ['rules/own.xml', '<group name="own,"><rule id="100200" level="3"><description>x</description></group>'],
    ['rules/own.xml', ownRules('<rule id="100230" level="99"><description>x</description></rule>')],
    [
      'decoders/own.xml',
      '<decoder name="app"><program_name>^app</program_name><regex>(</regex><order>id</order></decoder>',
    ],
    ['ossec.conf', '<ossec_config><active-response><command>none</command></active-response></ossec_config>'],
  ])('refuses %s whole where it is broken, and says where', async (path, text) => {
    const rules = load();
    firedBy(rules, 'fail');
    write(path, text);
    const { loaded, problems } = await rules.readInTurns(noTurn);
    expect(loaded).toBeUndefined();
    const errors = problems.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ position }) => position.file)).toContain(join(home, 'etc', path));
    expect([firedBy(rules, 'fail'), firedBy(rules, 'fail')]).toEqual(['100200 2', '100201 1']);
  });
});
