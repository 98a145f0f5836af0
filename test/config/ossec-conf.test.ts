import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type OssecConf, readOssecConf } from '../../src/config/ossec-conf.ts';

const drop = `<command><name>drop</name><executable>drop</executable><timeout_allowed>yes</timeout_allowed></command>`;

function read(inner: string): OssecConf {
  const { conf, problems } = readOssecConf(`<ossec_config>${inner}</ossec_config>`, 'f');
  if (conf === undefined) throw new Error(JSON.stringify(problems));
  return conf;
}

function tell(inner: string): string[] {
  return readOssecConf(`<ossec_config>${inner}</ossec_config>`, 'f').problems.map(
    ({ severity, message }) => `${severity}: ${message}`,
  );
}

function respond(options: string): string {
  return `${drop}<active-response><command>drop</command><location>local</location>${options}</active-response>`;
}

describe('the default files of Wazuh', () => {
  it.each(['wazuh-manager.conf', 'wazuh-agent.conf'])('%s loads without a problem', (name) => {
    const text = readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
    expect(readOssecConf(text, name).problems).toEqual([]);
  });

  it('reads a manager with its commands, allow list, logs and ruleset', () => {
    const text = readFileSync(join(import.meta.dirname, 'fixtures', 'wazuh-manager.conf'), 'utf8');
    const { conf } = readOssecConf(text, 'f');
    expect(conf?.commands.map(({ name, timeoutAllowed }) => [name, timeoutAllowed])).toEqual([
      ['disable-account', true],
      ['restart-wazuh', false],
      ['firewall-drop', true],
      ['host-deny', true],
      ['route-null', true],
      ['win_route-null', true],
      ['netsh', true],
    ]);
    expect(conf?.activeResponses).toEqual([]);
    expect(conf?.responsesDisabled).toBe(false);
    expect(conf?.allowList.map(({ kind, text }) => [kind, text])).toEqual([
      ['network', '127.0.0.1'],
      ['name', '^localhost.localdomain$'],
      ['network', '192.0.2.53'],
    ]);
    expect(conf?.localFiles.map(({ location, logFormat }) => [logFormat, location])).toEqual([
      ['command', 'df -P'],
      ['full_command', expect.stringContaining('netstat')],
      ['journald', 'journald'],
      ['syslog', '/var/ossec/logs/active-responses.log'],
    ]);
    expect(conf?.ruleset).toEqual({
      decoderDirs: [
        { path: 'ruleset/decoders', pattern: '.xml$' },
        { path: 'etc/decoders', pattern: '.xml$' },
      ],
      ruleDirs: [
        { path: 'ruleset/rules', pattern: '.xml$' },
        { path: 'etc/rules', pattern: 'local\\.*.xml$' },
      ],
      decoderIncludes: [],
      ruleIncludes: [],
      decoderExcludes: [],
      ruleExcludes: ['0215-policy_rules.xml'],
      lists: ['etc/lists/audit-keys'],
    });
  });
});

describe('defaults', () => {
  it('are those of Wazuh', () => {
    expect(read('')).toEqual({
      file: 'f',
      commands: [],
      activeResponses: [],
      responsesDisabled: false,
      repeatedOffendersMinutes: [],
      allowList: [],
      localFiles: [],
      ruleset: undefined,
      logAlertLevel: 1,
      emailAlertLevel: 7,
      memorySize: 8192,
      archives: { text: false, json: false },
      volumeLevel: 4,
      ruleTest: { enabled: true, maxSessions: 64, sessionTimeoutSeconds: 900 },
    });
  });

  it('hold memory_size at 2048 at least', () => {
    expect(read('<global><memory_size>10</memory_size></global>').memorySize).toBe(2048);
    expect(read('<global><memory_size>9000</memory_size></global>').memorySize).toBe(9000);
  });

  it('give way to what <global> says of events', () => {
    const conf = read('<global><logall>yes</logall><logall_json>no</logall_json><stats>0</stats></global>');
    expect(conf.archives).toEqual({ text: true, json: false });
    expect(conf.volumeLevel).toBe(0);
  });

  it('give way to <rule_test>', () => {
    const text =
      '<rule_test><enabled>no</enabled><threads>auto</threads><max_sessions>3</max_sessions><session_timeout>60</session_timeout></rule_test>';
    expect(read(text).ruleTest).toEqual({ enabled: false, maxSessions: 3, sessionTimeoutSeconds: 60 });
    expect(read('<rule_test><session_timeout>15m</session_timeout></rule_test>').ruleTest.sessionTimeoutSeconds).toBe(
      900,
    );
    const odd =
      '<rule_test><enabled>maybe</enabled><max_sessions>0</max_sessions><session_timeout>x</session_timeout></rule_test>';
    expect(read(odd).ruleTest).toEqual({ enabled: true, maxSessions: 64, sessionTimeoutSeconds: 900 });
    expect(tell(odd)).toEqual(
      ['enabled', 'max_sessions', 'session_timeout'].map((name) => expect.stringContaining(`warning: <${name}> is`)),
    );
  });

  it('give way to <alerts>, the last of which counts', () => {
    const conf = read(
      '<alerts><log_alert_level>5</log_alert_level></alerts><alerts><log_alert_level>7</log_alert_level></alerts>',
    );
    expect(conf.logAlertLevel).toBe(7);
  });
});

describe('commands', () => {
  it('split extra_args at spaces alone', () => {
    const conf = read(
      '<command><name>a</name><executable>a</executable><extra_args> -x  "b\tc" &amp; </extra_args></command>',
    );
    expect(conf.commands[0]?.extraArgs).toEqual(['-x', '"b\tc"', '&amp;']);
  });

  it('may stand below their use and in another root', () => {
    const text = `<ossec_config><active-response><command>drop</command><location>local</location><level>5</level></active-response></ossec_config><ossec_config>${drop}</ossec_config>`;
    expect(readOssecConf(text, 'f').conf?.activeResponses[0]?.command.executable).toBe('drop');
  });

  it('that a default configuration offers may stay unused, others are told', () => {
    expect(tell('<command><name>host-deny</name><executable>host-deny</executable></command>')).toEqual([]);
    expect(tell(drop)).toEqual([expect.stringContaining('no <active-response> uses the command "drop"')]);
  });

  it('are used by a disabled response too', () => {
    expect(tell(`${drop}<active-response><disabled>yes</disabled><command>drop</command></active-response>`)).toEqual(
      [],
    );
  });
});

describe('responses', () => {
  it('have the name of the command and the timeout', () => {
    const [response] = read(respond('<level>7</level><timeout> 600 </timeout>')).activeResponses;
    expect(response).toMatchObject({ name: 'drop600', level: 7, timeoutSeconds: 600, agentIds: [] });
    expect(response?.rulesIds).toBeUndefined();
    expect(response?.rulesGroup).toBeUndefined();
  });

  it('have a name of at most 255 bytes', () => {
    const name = 'é'.repeat(127);
    const conf = read(
      `<command><name>${name}</name><executable>x</executable></command><active-response><command>${name}</command><location>all</location><level>3</level></active-response>`,
    );
    expect(conf.activeResponses[0]?.name).toBe(`${name}0`);
    const longer = read(
      `<command><name>x${name}</name><executable>x</executable></command><active-response><command>x${name}</command><location>all</location><level>3</level></active-response>`,
    );
    expect(longer.activeResponses[0]?.name).toBe(`x${name}`);
  });

  it.each([
    ['local', ['local']],
    [' Local ', ['local']],
    ['server', ['server']],
    ['AS', ['server']],
    ['analysisd', ['server']],
    ['analysis-server', ['server']],
    ['all', ['all']],
    ['any', ['all']],
    ['local,all', ['local', 'all']],
    ['local|server', ['local', 'server']],
    ['server local', ['server', 'local']],
  ])('location %s', (text, expected) => {
    const conf = read(
      `${drop}<active-response><command>drop</command><location>${text}</location><level>5</level></active-response>`,
    );
    expect([...(conf.activeResponses[0]?.locations ?? [])]).toEqual(expected);
  });

  it.each([
    ['1', ['001']],
    ['0012', ['012']],
    ['1234', ['1234']],
    ['001, 2,1', ['001', '002']],
    ['000,3', ['003']],
  ])('agent_id %s', (text, expected) => {
    const conf = read(
      `${drop}<active-response><command>drop</command><location>defined-agent</location><agent_id>${text}</agent_id><level>5</level></active-response>`,
    );
    expect(conf.activeResponses[0]?.agentIds).toEqual(expected);
  });

  it('for agent 000 alone are left out, with a warning', () => {
    const inner = `${drop}<active-response><command>drop</command><location>defined-agent</location><agent_id>000</agent_id><level>5</level></active-response>`;
    expect(read(inner).activeResponses).toEqual([]);
    expect(tell(inner)).toEqual([expect.stringMatching(/^warning: agent 000/)]);
  });

  it.each([
    ['5760', ['5760']],
    ['5760, 05710 ,\n 31151', ['5760', '5710', '31151']],
    [',5760,,5710,', ['5760', '5710']],
  ])('rules_id %j', (text, expected) => {
    const conf = read(respond(`<rules_id>${text}</rules_id>`));
    expect([...(conf.activeResponses[0]?.rulesIds ?? [])]).toEqual(expected);
  });

  it('take level 0 and an empty level for none', () => {
    expect(read(respond('<level>0</level><rules_id>1</rules_id>')).activeResponses[0]?.level).toBeUndefined();
    expect(read(respond('<level></level><rules_id>1</rules_id>')).activeResponses[0]?.level).toBeUndefined();
    expect(read(respond('<level>20</level>')).activeResponses[0]?.level).toBe(20);
  });

  it('keep rules_group as it is written', () => {
    expect(read(respond('<rules_group>sshd,|pci_dss_11.4,</rules_group>')).activeResponses[0]?.rulesGroup).toBe(
      'sshd,|pci_dss_11.4,',
    );
    expect(tell(respond('<rules_group>sshd,|pci_dss_11.4,|^syslog,\\w+</rules_group>'))).toEqual([]);
  });

  it('allow ten years and no more', () => {
    expect(read(respond('<level>5</level><timeout>315360000</timeout>')).activeResponses[0]?.timeoutSeconds).toBe(
      315_360_000,
    );
    expect(tell(respond('<level>5</level><timeout>315360001</timeout>'))).toEqual([
      expect.stringMatching(/^error: <timeout> is/),
    ]);
  });
});

describe('disabled', () => {
  it('leaves out its own block and no other', () => {
    const conf = read(
      `${respond('<level>5</level>')}<active-response><disabled>yes</disabled><command>drop</command></active-response>`,
    );
    expect(conf.activeResponses).toHaveLength(1);
    expect(conf.responsesDisabled).toBe(false);
  });

  it('without a command turns responses off on this endpoint', () => {
    expect(read('<active-response><disabled>yes</disabled></active-response>').responsesDisabled).toBe(true);
    expect(read('<active-response><disabled>no</disabled></active-response>').responsesDisabled).toBe(false);
  });

  it('stays, once given, whatever follows', () => {
    const conf = read(respond('<disabled>yes</disabled><disabled>no</disabled><level>5</level>'));
    expect(conf.activeResponses).toEqual([]);
  });

  it('excuses a wrong location, and neither an unknown element nor a wrong level', () => {
    const disabled = (inner: string) =>
      tell(`<active-response><disabled>yes</disabled><command>x</command>${inner}</active-response>`);
    expect(disabled('<location>nowhere</location>')).toEqual([]);
    expect(disabled('<levl>3</levl>')).toEqual([expect.stringContaining('error: <levl> is not an element')]);
    expect(disabled('<level>high</level>')).toEqual([expect.stringContaining('error: <level> is "high"')]);
  });
});

describe('repeated offenders', () => {
  it('are those of the first block that has them, at most five', () => {
    const block = (text: string) =>
      `<active-response><repeated_offenders>${text}</repeated_offenders></active-response>`;
    expect(read(block(' 1, 2,3 ') + block('9')).repeatedOffendersMinutes).toEqual([1, 2, 3]);
    expect(read(block('1,2,3,4,5,6')).repeatedOffendersMinutes).toEqual([1, 2, 3, 4, 5]);
    expect(tell(block('1,2,3,4,5,6'))).toEqual([expect.stringContaining('only the first five')]);
  });
});

describe('the allow list', () => {
  const entryOf = (text: string) => read(`<global><white_list>${text}</white_list></global>`).allowList[0];

  it.each([
    ['192.0.2.1', 'ipv4', '192.0.2.1', 32],
    ['192.0.2.7/24', 'ipv4', '192.0.2.7', 24],
    ['10.0.0.0/255.240.0.0', 'ipv4', '10.0.0.0', 12],
    ['10.0.0.1/255.255.255.255', 'ipv4', '10.0.0.1', 32],
    ['2001:DB8:0:0::7', 'ipv6', '2001:db8::7', 128],
    ['2001:db8::/32', 'ipv6', '2001:db8::', 32],
    ['::1', 'ipv6', '::1', 128],
    ['::ffff:192.0.2.55', 'ipv4', '192.0.2.55', 32],
    ['::FFFF:192.0.2.0/120', 'ipv4', '192.0.2.0', 24],
  ])('%s is a network', (text, family, address, prefix) => {
    expect(entryOf(text)).toMatchObject({ kind: 'network', text, family, address, prefix });
  });

  it('keeps a netmask with holes as a mask', () => {
    expect(entryOf('192.0.2.0/255.0.255.0')).toMatchObject({ kind: 'masked', address: 0xc0000200, mask: 0xff00ff00 });
  });

  it.each([
    'goodhost',
    '.example.net$',
    '^mail.',
    '^badhost|^evil',
    '^fe80:',
    '198.51.100.',
    '1.2.3.4.5',
    '1234.1.1.1',
  ])('%s is a name', (text) => {
    expect(entryOf(text)).toMatchObject({ kind: 'name', text });
  });

  it('adds up over all sections and roots', () => {
    const root = (text: string) => `<ossec_config><global><white_list>${text}</white_list></global></ossec_config>`;
    const { conf } = readOssecConf(root('192.0.2.1') + root('192.0.2.2'), 'f');
    expect(conf?.allowList.map((entry) => entry.text)).toEqual(['192.0.2.1', '192.0.2.2']);
  });
});

describe('what is refused', () => {
  it('is told all at once, in file order', () => {
    const { conf, problems } = readOssecConf(
      '<ossec_config>\n<foo/>\n<global><bar/></global>\n<command/>\n</ossec_config>',
      'f',
    );
    expect(conf).toBeUndefined();
    expect(problems.map(({ position }) => position.line)).toEqual([2, 3, 4, 4]);
  });

  it('is another root, and a section in other letters', () => {
    expect(readOssecConf('<ossec_conf></ossec_conf>', 'f').problems[0]?.message).toContain('<ossec_conf> stands where');
    expect(tell('<Active-Response/>')).toEqual([expect.stringContaining('Did you mean "active-response"?')]);
  });
});

describe('filters of a journal', () => {
  const localFile = (filters: string): string =>
    `<localfile><location>journald</location><log_format>journald</log_format>${filters}</localfile>`;

  it('name a field and have a pattern', () => {
    const text = localFile(
      '<filter field="_SYSTEMD_UNIT">^ssh</filter><filter field="PRIORITY" ignore_if_missing="yes">[0-3]</filter>',
    );
    expect(read(text).localFiles[0]?.filters).toEqual([
      expect.objectContaining({ field: '_SYSTEMD_UNIT', pattern: '^ssh', ignoreIfMissing: false }),
      expect.objectContaining({ field: 'PRIORITY', pattern: '[0-3]', ignoreIfMissing: true }),
    ]);
    expect(read(localFile('')).localFiles[0]).not.toHaveProperty('filters');
  });

  it.each([
    ['<filter>x</filter>', 'has no attribute field'],
    ['<filter field="a b">x</filter>', 'has the field "a b"'],
    ['<filter field="A"></filter>', 'is empty'],
    ['<filter field="A" ignore_if_missing="maybe">x</filter>', 'must be exactly yes or no'],
  ])('are refused where one is missing or unknown: %s', (filter, message) => {
    const { conf, problems } = readOssecConf(`<ossec_config>${localFile(filter)}</ossec_config>`, 'f');
    expect(conf).toBeUndefined();
    expect(problems.map((problem) => problem.message).join()).toContain(message);
  });
});

describe('commands as logs', () => {
  const localFile = (inner: string): string => `<localfile>${inner}</localfile>`;

  it('have a command, which a path may stand beside, and perhaps an alias and a frequency', () => {
    const [plain, named] = read(
      localFile('<log_format>command</log_format><command>df -P</command><location>/ignored</location>') +
        localFile(
          '<log_format>full_command</log_format><command>last -n 20</command><alias>logins</alias><frequency>30</frequency>',
        ),
    ).localFiles;
    expect(plain).toMatchObject({ location: 'df -P', command: { name: 'df -P', everySeconds: 360 } });
    expect(named).toMatchObject({ location: 'last -n 20', command: { name: 'logins', everySeconds: 30 } });
  });

  it('are told where they have none, and refused where the frequency is none', () => {
    expect(tell(localFile('<log_format>command</log_format><location>/x</location>'))).toEqual([
      'warning: this <localfile> has no <command>, so nothing is read for it.',
    ]);
    expect(tell(localFile('<log_format>command</log_format><command>x</command><frequency>0</frequency>'))).toEqual([
      expect.stringMatching(/^error: <frequency> is "0"/),
    ]);
  });
});
