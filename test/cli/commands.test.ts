// Every command: its help, its place in the documentation, its exit status, and JSON where a program reads it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitStatus } from '../../src/cli/exit-status.ts';
import { main } from '../../src/cli/main.ts';
import { getFlagName, settingNames } from '../../src/config/settings.ts';
import { settingsTable } from '../../src/config/settings-table.ts';
import { shippedRuleset } from '../../src/manager/home-ruleset.ts';
import { readProjectFile } from '../repo/source-files.ts';

let folder: string;
let home: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riposte-cli-'));
  home = join(folder, 'home');
  mkdirSync(join(home, 'etc'), { recursive: true });
  writeFileSync(
    join(home, 'etc/ossec.conf'),
    `<ossec_config>
<command><name>firewall-drop</name><executable>firewall-drop</executable><timeout_allowed>yes</timeout_allowed></command>
<active-response>
  <command>firewall-drop</command><location>local</location><rules_id>5760</rules_id><timeout>60</timeout>
</active-response>
</ossec_config>`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  argv: readonly string[],
  input = '',
  environment: Record<string, string> = {},
): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const status = await main(argv, {
    environment,
    isRoot: false,
    defaultHome: home,
    sshClient: undefined,
    nowMs: () => Date.UTC(2026, 0, 1),
    input: Readable.from([Buffer.from(input)]),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { status, out, err };
}

interface CommandCase {
  readonly words: readonly string[];
  readonly input?: string;
  /** In a home where no service runs and none has run. */
  readonly status: keyof typeof exitStatus;
  readonly hasJson: boolean;
}

const failure = 'Nov 24 06:00:00 host sshd[9]: Failed password for root from 203.0.113.9 port 22000 ssh2\n';

const cases: Readonly<Record<string, CommandCase>> = {
  start: { words: ['--max-running', 'many'], status: 'refused', hasJson: false },
  check: { words: [], status: 'done', hasJson: true },
  reload: { words: [], status: 'serviceDown', hasJson: true },
  settings: { words: [], status: 'done', hasJson: true },
  logtest: { words: [], input: failure, status: 'done', hasJson: true },
  'ruleset check': { words: [], status: 'done', hasJson: true },
  'ruleset test': { words: [], status: 'done', hasJson: true },
  'ruleset diff': { words: ['--wazuh', shippedRuleset], input: failure, status: 'done', hasJson: true },
  list: { words: [], status: 'done', hasJson: true },
  history: { words: [], status: 'refused', hasJson: true },
  revert: { words: ['203.0.113.9'], status: 'refused', hasJson: true },
  expire: { words: [], status: 'done', hasJson: true },
  block: {
    words: ['203.0.113.9', '--response', 'firewall-drop', '--timeout', '60'],
    status: 'serviceDown',
    hasJson: true,
  },
  reconcile: { words: [], status: 'serviceDown', hasJson: true },
  status: { words: [], status: 'serviceDown', hasJson: true },
  respond: { words: ['nothing'], status: 'usage', hasJson: false },
};
const names = Object.keys(cases);

async function listCommands(...above: readonly string[]): Promise<string[]> {
  const { out } = await run([...above, '--help']);
  const list = out.slice(out.indexOf('Commands:')).split('\n');
  return list
    .map((line) => /^ {2}(\w+)/.exec(line)?.[1])
    .filter((name) => name !== undefined && name !== 'help')
    .map((name) => [...above, name].join(' '));
}

it('tells its version', async () => {
  const { version } = JSON.parse(readProjectFile('package.json'));
  expect(await run(['--version'])).toEqual({ status: exitStatus.done, out: `${version}\n`, err: '' });
});

describe('every command', () => {
  it('stands here', async () => {
    const all = (await listCommands()).filter((name) => name !== 'ruleset');
    expect([...all, ...(await listCommands('ruleset'))].sort()).toEqual([...names].sort());
  });

  it.each(names)('%s is described by its own help', async (name) => {
    const { status, out, err } = await run([...name.split(' '), '--help']);
    expect([status, err]).toEqual([exitStatus.done, '']);
    expect(out).toContain(`Usage: riposte ${name}`);
    expect(out).toContain('--home <dir>');
    expect(out.includes('--json ')).toBe(cases[name]?.hasJson);
  });

  it.each(names)('%s is in the table of README.md and in docs/commands.md', (name) => {
    expect(readProjectFile('README.md')).toMatch(new RegExp(`^\\| .*\`${name}[ \`]`, 'm'));
    expect(readProjectFile('docs/commands.md')).toMatch(new RegExp(`^## .*\`${name}\``, 'm'));
  });

  it.each(names)('%s refuses an option that it does not know', async (name) => {
    const { status, err } = await run([...name.split(' '), ...(cases[name]?.words ?? []), '--no-such-option']);
    expect(status).toBe(exitStatus.usage);
    expect(err).toContain("unknown option '--no-such-option'");
  });

  it.each(names)('%s has its exit status where no service has run', async (name) => {
    const { words = [], input, status = 'done' } = cases[name] ?? {};
    const result = await run([...name.split(' '), ...words], input);
    expect(result.status, result.err).toBe(exitStatus[status]);
    if (result.status !== exitStatus.done) expect(result.err).not.toBe('');
  });

  it.each(names.filter((name) => cases[name]?.hasJson && cases[name]?.status === 'done'))(
    '%s prints JSON, and nothing else',
    async (name) => {
      const { words = [], input } = cases[name] ?? {};
      const { out } = await run([...name.split(' '), ...words, '--json'], input);
      expect(out).toMatch(/^[[{].*\n$/);
      expect(() => JSON.parse(out)).not.toThrow();
    },
  );
});

describe('exit statuses', () => {
  it('are all in docs/commands.md', () => {
    const text = readProjectFile('docs/commands.md');
    for (const status of Object.values(exitStatus)) expect(text).toMatch(new RegExp(`^\\| ${status} \\|`, 'm'));
  });

  it.each([
    [['revert'], 'revert what?'],
    [['revert', '203.0.113.9', '--all'], 'revert what?'],
    [['block', '203.0.113.9'], "required option '--response <name>' not specified"],
    [['history', '--limit', '0'], 'a whole number from 1 on is needed'],
    [['logtest', '--never-block', 'some'], 'Allowed choices are host, none'],
    [['nothing'], "unknown command 'nothing'"],
    [['ruleset'], 'Usage: riposte ruleset'],
    [['ruleset', 'check', '--ruleset', '/nowhere'], 'has no folder "decoders" or "rules"'],
    [['ruleset', 'check', '--rules', '/nowhere.xml'], 'there is no file /nowhere.xml'],
    [['ruleset', 'diff'], "required option '--wazuh <dir>' not specified"],
    [['ruleset', 'diff', '--wazuh', shippedRuleset, '/nowhere.log'], 'there is no file /nowhere.log'],
  ])('%j is a wrong command line', async (argv, message) => {
    const { status, err } = await run(argv);
    expect(status).toBe(exitStatus.usage);
    expect(err).toContain(message);
  });
});

describe('start', () => {
  it('has every setting as a flag in its help, with its default', async () => {
    const { out } = await run(['start', '--help']);
    for (const name of settingNames) {
      const { key, default: byDefault } = settingsTable[name];
      const line = out.split('\n').find((text) => text.includes(` ${getFlagName(key)} `));
      expect(line, key).toBeDefined();
      if (typeof byDefault === 'number') expect(line).toContain(`(default: ${byDefault})`);
    }
  });

  it('refuses the home of another program, and names the way beside it', async () => {
    for (const program of ['wazuh-control', 'ossec-control']) {
      mkdirSync(join(home, 'bin'), { recursive: true });
      writeFileSync(join(home, 'bin', program), '');
      const { status, err } = await run(['start']);
      expect(status).toBe(exitStatus.refused);
      expect(err).toContain(
        `holds another program's installation (${join(home, 'bin', program)}): use "--beside-wazuh"`,
      );
      rmSync(join(home, 'bin', program));
    }
  });
});

describe('logtest', () => {
  const own = 'Nov 24 06:00:00 host sshd[9]: Failed password for root from 127.0.0.1 port 22000 ssh2\n';
  const respond = async (line: string, ...words: string[]) => {
    const { out } = await run(['logtest', '--json', ...words], line);
    return (JSON.parse(out) as { responses: unknown[] }).responses;
  };

  it('knows what the service never blocks on this host', async () => {
    expect(await respond(own)).toMatchObject([{ outcome: 'suppressed', guard: 'never_block', target: '127.0.0.1' }]);
    writeFileSync(join(home, 'etc/riposte.yaml'), 'never_block: [203.0.113.0/24]\n');
    expect(await respond(failure)).toMatchObject([{ guard: 'never_block' }]);
  });

  it('says what other hosts would do, if it is told to', async () => {
    expect(await respond(own, '--never-block', 'none')).toEqual([
      {
        response: 'firewall-drop60',
        location: 'local',
        agents: ['000'],
        target: '127.0.0.1',
        timeoutSeconds: 60,
        outcome: 'run',
        guard: null,
        reason: 'rules_id lists the rule; on the manager, where the event is from',
      },
    ]);
  });
});
