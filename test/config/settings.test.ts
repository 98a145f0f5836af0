import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/config/position.ts';
import {
  describeSettings,
  getFlagName,
  getVariableName,
  resolveSettings,
  settingNames,
  takeUpSettings,
} from '../../src/config/settings.ts';
import { settingsTable } from '../../src/config/settings-table.ts';

function resolve(
  yamlText: string | undefined,
  environment: Record<string, string> = {},
  flags: Parameters<typeof resolveSettings>[0]['flags'] = {},
) {
  return resolveSettings({ yamlText, file: 'riposte.yaml', environment, flags });
}

function tell(yamlText: string, environment: Record<string, string> = {}): string[] {
  return resolve(yamlText, environment).problems.map(formatProblem);
}

describe('the table of settings', () => {
  it('has keys that are the names in snake case, and descriptions', () => {
    for (const name of settingNames) {
      expect(settingsTable[name].key).toBe(name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
      expect(settingsTable[name].description).toMatch(/\.$/);
    }
  });

  it('gives the names of variables and flags', () => {
    expect(getVariableName('lift_on_stop')).toBe('RIPOSTE_LIFT_ON_STOP');
    expect(getFlagName('lift_on_stop')).toBe('--lift-on-stop');
  });
});

describe('settings', () => {
  it('have their defaults without a file', () => {
    const { settings, origins, problems } = resolve(undefined);
    expect(problems).toEqual([]);
    expect(settings).toEqual({
      alerts: undefined,
      alertsRotation: 'daily',
      stdin: false,
      stdinFormat: 'syslog',
      observe: false,
      liftOnStop: false,
      maxEventAgeSeconds: 600,
      scriptDeadlineSeconds: 30,
      maxRunningPerExecutable: 8,
      maxRunning: 64,
      revertSlots: 16,
      repeatedOffendersClimbInForce: false,
      neverBlock: [],
      reconcileIntervalSeconds: 60,
      protectedAccounts: [],
      detectionThreads: 0,
      journalSenders: [],
      httpListen: undefined,
      alertMappings: new Map(),
    });
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
  });

  it('come from the file', () => {
    const { settings, origins, problems } = resolve(
      'observe: true\nmax_running: 10\nnever_block: [192.0.2.1, "2001:DB8::/32"]\nprotected_accounts:\n  - deploy\nalerts: a.json\n',
    );
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      observe: true,
      maxRunning: 10,
      neverBlock: ['192.0.2.1', '2001:db8::/32'],
      protectedAccounts: ['deploy'],
      alerts: 'a.json',
    });
    expect(origins).toMatchObject({ observe: 'file', maxRunning: 'file', revertSlots: 'default' });
  });

  it('come from a flag before a variable before the file', () => {
    const yaml = 'max_running: 1\nrevert_slots: 1\nmax_event_age_seconds: 1\n';
    const environment = { RIPOSTE_MAX_RUNNING: '2', RIPOSTE_REVERT_SLOTS: '2' };
    const { settings, origins } = resolve(yaml, environment, { maxRunning: '3' });
    expect(settings).toMatchObject({ maxRunning: 3, revertSlots: 2, maxEventAgeSeconds: 1 });
    expect(origins).toMatchObject({ maxRunning: 'flag', revertSlots: 'environment', maxEventAgeSeconds: 'file' });
  });

  it('are converted from the text of a variable', () => {
    const environment = {
      RIPOSTE_OBSERVE: 'true',
      RIPOSTE_NEVER_BLOCK: '192.0.2.0/24, 2001:db8::1',
      RIPOSTE_ALERTS: '',
    };
    const { settings, origins } = resolve(undefined, environment);
    expect(settings).toMatchObject({ observe: true, neverBlock: ['192.0.2.0/24', '2001:db8::1'] });
    expect(origins.alerts).toBe('default');
  });

  it('may be a table, of which the names are shown; as a variable it is JSON', () => {
    const mapping = { rule: 1, level: 2, description: 'x', data: {} };
    const yaml = `http_listen: "[::1]:9080"\nalert_mappings: {mine: ${JSON.stringify(mapping)}}`;
    const { settings, origins, problems } = resolve(yaml);
    expect(problems).toEqual([]);
    expect(settings.httpListen).toBe('[::1]:9080');
    expect([...settings.alertMappings.keys()]).toEqual(['mine']);
    const row = describeSettings({ settings, origins }).find(({ key }) => key === 'alert_mappings');
    expect(row).toMatchObject({ value: ['mine'], default: [] });
    const environment = { RIPOSTE_ALERT_MAPPINGS: JSON.stringify({ other: mapping }) };
    expect([...resolve(undefined, environment).settings.alertMappings.keys()]).toEqual(['other']);
  });

  it.each(['', '# nothing\n', '---\n'])('are the defaults for the empty file %j', (text) => {
    expect(resolve(text)).toMatchObject({ problems: [], settings: { maxRunning: 64 } });
  });
});

describe('a problem of the settings', () => {
  it.each([
    ['a: 1', 'riposte.yaml:1:1: "a" is not a setting.'],
    ...['0.0.0.0:1', '192.0.2.1:1', 'localhost:1', '127.0.0.1:0', '127.0.0.1:65536', '127.0.0.1', '[::]:1'].map(
      (address) => [
        `http_listen: "${address}"`,
        `riposte.yaml:1:14: http_listen has "${address}"; it must be an address of this host alone with a port, such as 127.0.0.1:9080 or [::1]:9080.`,
      ],
    ),
    [
      'alert_mappings: {mine: {rule: 1, level: 2, description: x, data: {srcip: $.}}}',
      'riposte.yaml:1:17: alert_mappings.mine.data.srcip: $. is no path such as $.client.ip.',
    ],
    ['\nobserv: true', 'riposte.yaml:2:1: "observ" is not a setting. Did you mean "observe"?'],
    ['observe: yes', 'riposte.yaml:1:10: observe has "yes"; it must be true or false.'],
    ['max_running: 0', 'riposte.yaml:1:14: max_running has "0"; it must be a whole number from 1 to 4096.'],
    ['max_running: 1.5', 'riposte.yaml:1:14: max_running has "1.5"; it must be a whole number from 1 to 4096.'],
    ['max_running: "8"', 'riposte.yaml:1:14: max_running has "8"; it must be a whole number from 1 to 4096.'],
    ['max_running:', 'riposte.yaml:1:13: max_running has "null"; it must be a whole number from 1 to 4096.'],
    [
      'never_block: [192.0.2.1, 192.0.2.300]',
      'riposte.yaml:1:14: never_block has "192.0.2.300"; it must be a list of addresses',
    ],
    ['never_block: 192.0.2.1', 'riposte.yaml:1:14: never_block has "192.0.2.1"; it must be a list of addresses'],
    [
      'protected_accounts: ["a b"]',
      'riposte.yaml:1:21: protected_accounts has "a b"; it must be a list of account names.',
    ],
    ['observe: true\nobserve: false', 'riposte.yaml:2:1: this setting is given twice: keep one.'],
    ['observe: *other', 'riposte.yaml:1:10: this alias cannot be resolved: write the value itself.'],
    ['- observe', 'riposte.yaml:1:1: this file must hold settings as lines "key: value".'],
    ['observe: "true', 'riposte.yaml:1:15: this is not YAML:'],
  ])('%j', (text, expected) => {
    const found = tell(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it('names the variable or the flag', () => {
    expect(tell('', { RIPOSTE_OBSERVE: '1' })).toEqual(['RIPOSTE_OBSERVE: observe has "1"; it must be true or false.']);
    const { problems } = resolve('', {}, { maxRunning: 'many' });
    expect(problems.map(formatProblem)).toEqual([
      '--max-running: max_running has "many"; it must be a whole number from 1 to 4096.',
    ]);
  });

  it('is a variable that is nearly a setting', () => {
    expect(tell('', { RIPOSTE_OBSERV: 'true', RIPOSTE_HOME: '/h' })).toEqual([
      'RIPOSTE_OBSERV: warning: this variable is not a setting. Did you mean "OBSERVE"?',
    ]);
  });
});

describe('new settings of a running service', () => {
  it('are taken up, but for those that are read at the start', () => {
    const running = resolve('observe: true\nmax_running: 3\nstdin_format: alerts');
    const next = resolve('observe: false\nmax_running: 4\nstdin_format: alerts');
    expect(takeUpSettings(running, next)).toMatchObject({
      settings: { observe: true, maxRunning: 4, stdinFormat: 'alerts' },
      origins: { observe: 'file', maxRunning: 'file' },
      needRestart: ['observe'],
    });
  });
});
