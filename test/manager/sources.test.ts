import { describe, expect, it } from 'vitest';
import type { OssecConf } from '../../src/config/ossec-conf.ts';
import { planSources } from '../../src/manager/sources.ts';

const position = { file: 'etc/ossec.conf', line: 7, column: 3 };
const conf = (...files: [string, string][]): OssecConf =>
  ({
    file: 'etc/ossec.conf',
    localFiles: files.map(([location, logFormat]) => ({ location, logFormat, position })),
  }) as unknown as OssecConf;
const own = ['/home/logs/alerts/alerts.json'];

describe('planSources', () => {
  it('follows each syslog file once, relative ones below the home', () => {
    const plan = planSources(
      conf(['/var/log/auth.log', 'syslog'], ['logs/x.log', 'syslog'], ['/var/log/auth.log', 'syslog']),
      '/home',
      undefined,
      own,
    );
    expect(plan).toEqual({ logFiles: ['/var/log/auth.log', '/home/logs/x.log'], alertsFile: undefined, problems: [] });
  });
  it('tells what it leaves alone, with the position', () => {
    const plan = planSources(conf(['journald', 'journald'], ['/var/log/*.log', 'syslog']), '/home', undefined, own);
    expect(plan.logFiles).toEqual([]);
    expect(plan.problems.map((problem) => [problem.severity, problem.position.line])).toEqual([
      ['warning', 7],
      ['warning', 7],
    ]);
  });
  it('refuses to read what it writes itself', () => {
    expect(
      planSources(conf(['logs/alerts/../alerts/alerts.json', 'syslog']), '/home', undefined, own).problems[0]?.message,
    ).toContain('written by this service itself');
    const plan = planSources(conf(), '/home', '/home/logs/alerts/alerts.json', own);
    expect(plan.alertsFile).toBeUndefined();
    expect(plan.problems[0]?.severity).toBe('error');
  });
});
