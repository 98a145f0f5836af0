import { describe, expect, it } from 'vitest';
import type { LocalFile } from '../../src/config/ossec-conf.ts';
import { formatProblem } from '../../src/config/position.ts';
import { planSources, type SourcePlanInput } from '../../src/manager/sources.ts';

const position = { file: 'etc/ossec.conf', line: 7, column: 3 };
const localFiles = (...files: [string, string][]): LocalFile[] =>
  files.map(([location, logFormat]) => ({ location, logFormat, position }));

function plan(files: LocalFile[], settings: Partial<SourcePlanInput['settings']> = {}) {
  return planSources({
    conf: { localFiles: files },
    settings: { alerts: undefined, stdin: false, stdinFormat: 'syslog', ...settings },
    home: '/home',
    ownOutputs: ['/home/logs/alerts/alerts.json'],
  });
}

describe('planSources', () => {
  it('follows each syslog file once, relative ones below the home', () => {
    const files = localFiles(['/var/log/a', 'syslog'], ['logs/x.log', 'syslog'], ['/var/log/a', 'syslog']);
    expect(plan(files)).toEqual({
      sources: [
        { location: '/var/log/a', kind: 'syslog' },
        { location: '/home/logs/x.log', kind: 'syslog' },
      ],
      problems: [],
    });
  });

  it('tells what it leaves alone, with the position', () => {
    const { sources, problems } = plan(
      localFiles(
        ['journald', 'syslog'],
        ['/var/log/a', 'journald'],
        ['/var/log/%Q.log', 'syslog'],
        ['Security', 'eventlog'],
      ),
    );
    expect(sources).toEqual([]);
    expect(problems.map(({ severity, position: { line } }) => [severity, line])).toEqual(
      [1, 2, 3, 4].map(() => ['warning', 7]),
    );
    expect(problems[0]?.message).toContain('for the journal both are journald');
  });

  it('reads the journal once: where several blocks ask for parts of it, all of these, and where one asks for all of it, that', () => {
    const filter = (pattern: string) => ({ field: 'MESSAGE', pattern, ignoreIfMissing: false, position });
    const [block] = localFiles(['journald', 'journald']);
    const [first, second] = ['a', 'b'].map((pattern) => ({ ...block, filters: [filter(pattern)] }) as LocalFile);
    expect(plan([first, second] as LocalFile[]).sources).toEqual([
      { location: 'journald', kind: 'journal', filters: [[filter('a')], [filter('b')]] },
    ]);
    expect(plan([first, block] as LocalFile[]).sources).toEqual([{ location: 'journald', kind: 'journal' }]);
    const bad = { ...block, filters: [filter('(')] } as LocalFile;
    expect(plan([bad]).problems).toEqual([
      expect.objectContaining({
        severity: 'error',
        message: expect.stringMatching(/"\(" of this <filter> cannot be compiled/),
      }),
    ]);
  });

  it('runs each command once, unless others could have written the configuration', () => {
    const command = { name: 'disks', everySeconds: 60 };
    const [lines, whole] = localFiles(['df -P', 'command'], ['df -P', 'full_command']).map((file) => ({
      ...file,
      command,
    }));
    const files = [lines, whole, lines] as LocalFile[];
    expect(plan(files)).toEqual({
      sources: [
        { location: 'disks', kind: 'command', command: { text: 'df -P', isWhole: false, everySeconds: 60 } },
        { location: 'disks', kind: 'command', command: { text: 'df -P', isWhole: true, everySeconds: 60 } },
      ],
      problems: [],
    });
    const settings = { alerts: undefined, stdin: false, stdinFormat: 'syslog' } as const;
    const input = { conf: { localFiles: files }, settings, home: '/home', ownOutputs: [] };
    const refused = planSources({ ...input, commandRefusal: '/home/etc can be written by everybody' });
    expect(refused.sources).toEqual([]);
    expect(refused.problems.map(({ severity, message }) => [severity, message])).toEqual(
      files.map(() => ['warning', 'the command "disks" is not run: /home/etc can be written by everybody']),
    );
  });

  it('warns of files in which the same messages stand once more', () => {
    const files = localFiles(['journald', 'journald'], ['/var/log/auth.log', 'syslog'], ['/var/log/app.log', 'syslog']);
    const { sources, problems } = plan(files);
    expect(sources).toHaveLength(3);
    expect(problems).toEqual([
      expect.objectContaining({ severity: 'warning', message: expect.stringContaining('/var/log/auth.log') }),
    ]);
  });

  it('takes patterns and dates, with what they leave out, and other formats of whole lines', () => {
    const excluding = { ...localFiles(['logs/*.log', 'syslog'])[0], exclude: 'logs/own*' } as LocalFile;
    const { sources, problems } = plan([
      excluding,
      ...localFiles(['/var/log/app-%F', 'json'], ['/var/log/access.log', 'apache'], ['/var/log/100%%', 'syslog']),
    ]);
    expect(problems).toEqual([]);
    expect(sources.map(({ location, pattern }) => [location, pattern === undefined ? '-' : pattern.exclude])).toEqual([
      ['/home/logs/*.log', '/home/logs/own*'],
      ['/var/log/app-%F', undefined],
      ['/var/log/access.log', '-'],
      ['/var/log/100%', '-'],
    ]);
    expect(sources[0]?.pattern?.refuse('/home/logs/alerts/alerts.json')).toContain('written by this service itself');
  });

  it('joins lines where the format says so, at least two', () => {
    const formats = ['multi-line:3', 'multi-line: 12', 'multi-line:1', 'multi-line:x'];
    const { sources, problems } = plan(
      localFiles(...formats.map((format, at): [string, string] => [`/log${at}`, format])),
    );
    expect(sources.map(({ location, joinedLines }) => [location, joinedLines])).toEqual([
      ['/log0', 3],
      ['/log1', 12],
    ]);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('"multi-line:1" is not read'),
      expect.stringContaining('"multi-line:x" is not read'),
    ]);
  });

  it('follows the alerts of another program, and standard input in its format', () => {
    expect(plan([], { alerts: 'a.json', stdin: true, stdinFormat: 'alerts' }).sources).toEqual([
      { location: '/home/a.json', kind: 'alerts' },
      { location: 'stdin', kind: 'alerts' },
    ]);
    expect(plan([], { stdinFormat: 'alerts' }).sources).toEqual([]);
  });

  it('refuses to read what it writes itself', () => {
    const { problems } = plan(localFiles(['logs/alerts/../alerts/alerts.json', 'syslog']));
    expect(problems[0]?.message).toContain('written by this service itself');
    const refused = plan([], { alerts: 'logs/alerts/alerts.json' });
    expect(refused.sources).toEqual([]);
    expect(refused.problems.map(formatProblem)).toEqual([
      expect.stringMatching(/^setting alerts: \/home\/logs\/alerts\/alerts.json is written by this service itself/),
    ]);
    expect(refused.problems[0]?.severity).toBe('error');
  });

  it('refuses one file in two formats', () => {
    const { problems } = plan(localFiles(['/a.json', 'syslog']), { alerts: '/a.json' });
    expect(problems).toMatchObject([{ severity: 'error', message: expect.stringContaining('<localfile> too') }]);
  });
});
