// riposte logtest: what it prints, in the words of wazuh-logtest, and what its exit status says.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitStatus } from '../../src/cli/exit-status.ts';
import { main } from '../../src/cli/main.ts';

let home: string;

const rules = `<group name="demo,">
<rule id="100100" level="0"><program_name>^demo</program_name><description>demo</description></rule>
<rule id="100101" level="6"><if_sid>100100</if_sid><match>attack</match><description>attack by $(srcip)</description><group>web,pci_dss_10.1,</group></rule>
</group>`;
const decoders = `<decoder name="demo"><program_name>^demo</program_name></decoder>
<decoder name="demo-from"><parent>demo</parent><regex>from (\\S+) on (\\S+)</regex><order>srcip, net.card</order></decoder>`;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'riposte-logtest-'));
  for (const folder of ['rules', 'decoders']) mkdirSync(join(home, 'etc', folder), { recursive: true });
  writeFileSync(join(home, 'etc/rules/local_rules.xml'), rules);
  writeFileSync(join(home, 'etc/decoders/local_decoder.xml'), decoders);
  const response = (location: string): string =>
    `<active-response><command>firewall-drop</command><location>${location}</location><rules_id>100101</rules_id><timeout>60</timeout></active-response>`;
  writeFileSync(
    join(home, 'etc/ossec.conf'),
    `<ossec_config>
<command><name>firewall-drop</name><executable>firewall-drop</executable><timeout_allowed>yes</timeout_allowed></command>
${response('local')}${response('all')}
</ossec_config>`,
  );
  writeFileSync(
    join(home, 'agents.json'),
    '[{"id":"001","name":"one","status":"active"},{"id":"002","status":"active"},{"id":"003","status":"disconnected"}]',
  );
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function logtest(
  options: readonly string[],
  ...lines: readonly string[]
): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const status = await main(['logtest', ...options], {
    environment: {},
    isRoot: false,
    defaultHome: home,
    sshClient: undefined,
    nowMs: () => Date.UTC(2031, 2, 4),
    input: Readable.from([Buffer.from(`${lines.join('\n')}\n`)]),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { status, out, err };
}

const attack = 'Mar  4 05:06:07 host demo[7]: attack from 192.0.2.7 on eth0';

describe('the phases', () => {
  it('stand as wazuh-logtest prints them, and then the responses', async () => {
    const { status, out } = await logtest([], attack);
    expect(status).toBe(exitStatus.done);
    const [phases = ''] = out.split('\n**Phase 4');
    expect(phases).toBe(`**Phase 1: Completed pre-decoding.
\tfull event: '${attack}'
\ttimestamp: 'Mar  4 05:06:07'
\thostname: 'host'
\tprogram_name: 'demo'

**Phase 2: Completed decoding.
\tname: 'demo'
\tnet.card: 'eth0'
\tsrcip: '192.0.2.7'

**Phase 3: Completed filtering (rules).
\tid: '100101'
\tlevel: '6'
\tdescription: 'attack by 192.0.2.7'
\tgroups: '['demo', 'web']'
\tfiredtimes: '1'
\tmail: 'False'
\tpci_dss: '['10.1']'
**Alert to be generated.
`);
    expect(out).toContain("firewall-drop60: runs\n\t\treason: 'rules_id lists the rule; on the manager");
  });

  it('show a rule of level 0, and neither rule nor alert where none matched', async () => {
    const silent = (await logtest([], 'Mar  4 05:06:07 host demo: calm')).out;
    expect(silent).toContain("\tid: '100100'\n\tlevel: '0'\n");
    expect(silent).not.toContain('**Alert');
    const nothing = (await logtest([], 'nothing known')).out;
    expect(nothing).toContain('\tNo decoder matched.\n');
    expect(nothing).not.toContain('**Phase 3');
  });

  it('take the location from -l', async () => {
    const { out } = await logtest(['-l', '/var/log/demo.log', '--json'], attack);
    expect(JSON.parse(out).location).toBe('/var/log/demo.log');
  });
});

it('goes by the ruleset of the home where it has one, and the configuration names none', async () => {
  for (const folder of ['rules', 'decoders']) mkdirSync(join(home, 'ruleset', folder), { recursive: true });
  writeFileSync(
    join(home, 'ruleset/rules/0010.xml'),
    '<group name="syslog,"><rule id="1" level="0"><category>syslog</category><description>x</description></rule></group>',
  );
  expect(JSON.parse((await logtest(['--json'], attack)).out).rule.id).toBe('100101');
  const shipped = 'Mar  4 05:06:07 host sshd[9]: Failed password for root from 203.0.113.9 port 22000 ssh2';
  expect(JSON.parse((await logtest(['--json'], shipped)).out).rule.id).toBe('1');
});

describe('-v and --trace', () => {
  it('-v names the rules that were tried in the words of wazuh-logtest, between the second phase and the third', async () => {
    const { out } = await logtest(['-v'], attack);
    expect(out).toContain("\tsrcip: '192.0.2.7'\n\n**Rule debugging:\n\tTrying rule: 1 - ");
    expect(out).toContain(
      '\tTrying rule: 100100 - demo\n\t\t*Rule 100100 matched\n\t\t*Trying child rules\n\tTrying rule: 100101 - attack by $(srcip)\n\t\t*Rule 100101 matched\n\n**Phase 3',
    );
  });

  it('--trace tells on what a rule failed', async () => {
    const { out } = await logtest(['--trace'], 'Mar  4 05:06:07 host demo: calm');
    expect(out).toMatch(/^\t {2}100100 demo: fires, level 0$/m);
    expect(out).toMatch(/^\t {4}100101 attack by \$\(srcip\): no: match wants 'attack'$/m);
    expect(out).toMatch(/^\t {2}\d+ rules for other decoders$/m);
  });

  it('--trace --json has them as a list', async () => {
    const { trace } = JSON.parse((await logtest(['--trace', '--json'], 'Mar  4 05:06:07 host demo: calm')).out);
    expect(trace.at(-1)).toEqual({
      rule: '100101',
      depth: 2,
      holds: false,
      fires: false,
      failed: { option: 'match', wanted: "'attack'", found: 'calm' },
    });
  });
});

describe('-U', () => {
  it.each([
    ['100101:6:demo', exitStatus.done],
    ['100101:7:demo', exitStatus.refused],
    ['100100:6:demo', exitStatus.refused],
    ['100101:6:sshd', exitStatus.refused],
    ['100101:6', exitStatus.refused],
  ])('%s', async (wanted, status) => {
    expect((await logtest(['-U', wanted, '-q'], attack)).status).toBe(status);
  });

  it('judges the last line, and counts the parts that are empty on both sides', async () => {
    expect((await logtest(['-q', '-U', '::'], attack, '', 'nothing known')).status).toBe(3);
    expect((await logtest(['-q', '-U', '100101:6:demo'], 'nothing known', attack)).status).toBe(0);
  });

  it('says what it found, unless it is to be quiet', async () => {
    expect((await logtest(['-U', '1:2:x'], attack)).out).toContain(
      "Unit test FAIL. Expected ['1', '2', 'x'] , Result ['100101', '6', 'demo']\n",
    );
    expect((await logtest(['-U', '100101:6:demo', '-q'], attack)).out).toBe('');
  });
});

describe('--envelope', () => {
  const run = async (line: string, ...more: string[]) => {
    const options = ['--envelope', '--json', '--never-block', 'none', '--agents', join(home, 'agents.json'), ...more];
    const { out, err, status } = await logtest(options, line);
    return { status, err, alert: out === '' ? undefined : JSON.parse(out) };
  };
  const whereOf = ({ responses }: { responses: { outcome: string; agents: string[] }[] }): string[] =>
    responses.filter(({ outcome }) => outcome === 'run').map(({ agents }) => agents.join(' '));

  it('names the agents on which each response would run', async () => {
    const { alert } = await run(`1:[003] (three) 10.0.0.3->/var/log/demo:${attack}`);
    expect(alert.agent).toEqual({ id: '003', name: 'three', ip: '10.0.0.3' });
    expect(alert.location).toBe('/var/log/demo');
    expect(whereOf(alert)).toEqual(['003', '001 002']);
    expect(whereOf((await run(`1:/var/log/demo:${attack}`)).alert)).toEqual(['000', '001 002']);
    expect(whereOf((await run(`1:[009] (nine) any->/x:${attack}`)).alert)).toEqual(['001 002']);
  });

  it('tells what is wrong with a line, and goes on', async () => {
    const { out, err, status } = await logtest(['--envelope', '--json'], 'x', `1:/x:${attack}`);
    expect(err).toMatch(/^riposte: line 1: .*at least 4 bytes/m);
    expect(JSON.parse(out).rule.id).toBe('100101');
    expect(status).toBe(exitStatus.done);
  });

  it.each([
    ['[{"id":"1","status":"active"}]', 'id'],
    ['{"id":"001"}', 'not a list of agents'],
    ['[', 'JSON'],
  ])('refuses the agents %s', async (text, reason) => {
    writeFileSync(join(home, 'agents.json'), text);
    const { status, err } = await run(`1:/x:${attack}`);
    expect(status).toBe(exitStatus.refused);
    expect(err).toContain(reason);
  });
});
