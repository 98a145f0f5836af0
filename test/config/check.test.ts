import { describe, expect, it } from 'vitest';
import { checkHome } from '../../src/config/check.ts';
import { formatDefaultConf } from '../../src/config/default-conf.ts';
import { readOssecConf } from '../../src/config/ossec-conf.ts';
import { formatProblem } from '../../src/config/position.ts';
import { createModelFiles, type ModelEntry } from './model-files.ts';

const bin = '/var/ossec/active-response/bin';
const groups = { '/etc/group': { text: 'root:x:0:\nwazuh:x:999:\n' } };

function conf(location: string): string {
  return `<ossec_config>
<command><name>ban</name><executable>ban</executable></command>
<active-response><command>ban</command><location>${location}</location><agent_id>001</agent_id><level>5</level></active-response>
</ossec_config>`;
}

function check(entries: Record<string, ModelEntry>, options: { asRoot?: boolean; text?: string } = {}): string[] {
  const problems = checkHome({
    home: '/var/ossec',
    confFile: '/var/ossec/etc/ossec.conf',
    files: createModelFiles({
      '/var/ossec/etc/ossec.conf': { text: options.text ?? conf('defined-agent,local') },
      ...groups,
      ...entries,
    }),
    builtIns: ['firewall-drop', 'host-deny', 'route-null', 'disable-account'],
    asRoot: options.asRoot ?? true,
  });
  return problems.map((problem) => formatProblem(problem).replace('/var/ossec/etc/ossec.conf:', ''));
}

describe('the default configuration', () => {
  it.each(['/var/log/auth.log', 'journald'])('has no problem where %s is read', (sshLog) => {
    expect(check({}, { text: formatDefaultConf({ sshLog }) })).toEqual([]);
  });

  it('blocks a brute force by SSH for ten minutes and reads its own log back', () => {
    const read = readOssecConf(formatDefaultConf({ sshLog: '/var/log/secure' }), 'f').conf;
    expect(read?.commands).toHaveLength(6);
    expect(read?.activeResponses).toMatchObject([{ name: 'firewall-drop600', timeoutSeconds: 600 }]);
    expect([...(read?.activeResponses[0]?.rulesIds ?? [])]).toContain('5763');
    expect(read?.localFiles.map((file) => file.location)).toEqual(['/var/log/secure', 'logs/active-responses.log']);
    const fromJournal = readOssecConf(formatDefaultConf({ sshLog: 'journald' }), 'f').conf;
    expect(fromJournal?.localFiles[0]).toMatchObject({ location: 'journald', logFormat: 'journald' });
  });
});

describe('the script of a response', () => {
  it('is fine as a file of root', () => {
    expect(check({ [`${bin}/ban.sh`]: {} })).toEqual([]);
  });

  it('is missing', () => {
    expect(check({})).toEqual([expect.stringMatching(/^2:1: the executable "ban" is neither a file/)]);
  });

  it('is only warned of where agents alone need it', () => {
    expect(check({}, { text: conf('defined-agent') })).toEqual([
      expect.stringMatching(/^2:1: warning: .* It is needed on agents only\.$/),
    ]);
  });

  it.each<[string, Record<string, ModelEntry>, string]>([
    ['is not executable', { [`${bin}/ban`]: { mode: 0o640 } }, `${bin}/ban is not executable`],
    ['belongs to somebody else', { [`${bin}/ban`]: { uid: 1000 } }, `${bin}/ban belongs to user id 1000`],
    ['can be written by everybody', { [`${bin}/ban`]: { mode: 0o757 } }, `${bin}/ban can be written by everybody`],
    [
      'can be written by a group',
      { [`${bin}/ban`]: { mode: 0o770, gid: 999 } },
      `${bin}/ban can be written by group id 999`,
    ],
    [
      'lies in a folder of somebody else',
      { [`${bin}/ban`]: {}, '/var/ossec': { folder: true, uid: 7 } },
      '/var/ossec belongs to user id 7',
    ],
    [
      'lies in a folder that everybody can write',
      { [`${bin}/ban`]: {}, [bin]: { folder: true, mode: 0o777 } },
      `${bin} can be written by everybody`,
    ],
    [
      'is a link to an unsafe file',
      { [`${bin}/ban`]: { link: '/opt/ban.sh' }, '/opt/ban.sh': { uid: 1000 } },
      '/opt/ban.sh belongs to user id 1000',
    ],
    ['is a link to nothing', { [`${bin}/ban`]: { link: '/opt/none' } }, `${bin}/ban leads to no file`],
    ['is a link to a folder', { [`${bin}/ban`]: { link: '/opt' }, '/opt': { folder: true } }, '/opt is not a file'],
  ])('%s', (_, entries, reason) => {
    expect(check(entries)).toEqual([expect.stringContaining(reason)]);
  });

  it('may lie below a sticky folder', () => {
    expect(
      check({ [`${bin}/ban`]: { link: '/tmp/ban' }, '/tmp/ban': {}, '/tmp': { folder: true, mode: 0o1777 } }),
    ).toEqual([]);
  });

  it('may be anybody else’s where scripts do not run as root', () => {
    expect(check({ [`${bin}/ban`]: { uid: 1000, mode: 0o777 } }, { asRoot: false })).toEqual([]);
  });
});

describe('the host', () => {
  it('is told to lack the group wazuh', () => {
    const found = check({ [`${bin}/ban`]: {}, '/etc/group': { text: 'root:x:0:\nwazuh2:x:1:\n' } });
    expect(found).toEqual([expect.stringMatching(/^1:1: warning: there is no group "wazuh"/)]);
  });

  it('is told to lack the file itself', () => {
    const files = createModelFiles(groups);
    const problems = checkHome({ home: '/h', confFile: '/h/etc/ossec.conf', files, builtIns: [], asRoot: true });
    expect(problems.map(formatProblem)).toEqual(['/h/etc/ossec.conf:1:1: this file does not exist or cannot be read.']);
  });
});
