// Commands whose output is a log: run again and again, read by rules, compared with what they said before.
import { chmodSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestHome, type TestHome, until } from './support/test-home.ts';

let home: TestHome;
beforeEach(() => {
  home = createTestHome();
});
afterEach(() => home.remove());

interface WrittenAlert {
  readonly rule: { readonly id: string };
  readonly full_log: string;
  readonly location: string;
  readonly previous_log?: string;
}

function alerts(id: string): WrittenAlert[] {
  const lines = readFileSync(home.path('logs/alerts/alerts.json'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as WrittenAlert).filter(({ rule }) => rule.id === id);
}

function configure(): void {
  home.write(
    'etc/ossec.conf',
    `<ossec_config>
<localfile><log_format>command</log_format><command>cat ${home.path('disks')} | sort</command><alias>disks</alias><frequency>1</frequency></localfile>
<localfile><log_format>full_command</log_format><command>cat ${home.path('logins')}</command><alias>logins</alias><frequency>1</frequency></localfile>
</ossec_config>`,
  );
  home.write('etc/decoders/output.xml', '<decoder name="output"><prematch>^ossec: output: </prematch></decoder>');
  home.write(
    'etc/rules/output.xml',
    `<group name="output,">
<rule id="100500" level="7"><decoded_as>output</decoded_as><match>'disks': full</match><description>a disk is full</description></rule>
<rule id="100501" level="7"><decoded_as>output</decoded_as><match>'logins':</match><check_diff /><description>somebody new</description></rule>
</group>`,
  );
}

it('each line is a message, all of the output is one, and a change of it is told', async () => {
  home.write('disks', 'root full\nfull /srv\nfull /var\n');
  home.write('logins', 'alice\nbob\n');
  configure();
  const running = await home.start(['--observe']);
  await until('two lines', () => alerts('100500').length >= 2);
  expect(
    alerts('100500')
      .slice(0, 2)
      .map(({ full_log, location }) => [full_log, location]),
  ).toEqual(['/srv', '/var'].map((disk) => [`ossec: output: 'disks': full ${disk}`, 'disks']));
  expect(alerts('100501')).toEqual([]);
  home.write('logins', 'alice\nbob\nmallory\n');
  await until('the change', () => alerts('100501').length === 1);
  expect(alerts('100501')[0]).toMatchObject({
    full_log: "ossec: output: 'logins':\nalice\nbob\nmallory",
    location: 'logins',
    previous_log: expect.stringContaining('alice\nbob'),
  });
  expect(await running.end('SIGTERM')).toBe(0);
});

it.skipIf(process.getuid?.() !== 0)(
  'as root none is run where others could have written the configuration',
  async () => {
    home.write('disks', 'full\n');
    configure();
    chmodSync(home.path('etc/ossec.conf'), 0o666);
    const running = await home.start(['--observe']);
    expect(running.output()).toMatch(
      /ossec\.conf:2:1: warning: the command "disks" is not run: .*ossec\.conf can be written by everybody/,
    );
    expect(running.output()).toContain('reads nothing');
    expect(await running.end('SIGTERM')).toBe(0);
  },
);
