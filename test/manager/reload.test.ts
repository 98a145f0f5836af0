import { describe, expect, it } from 'vitest';
import type { ChangeableSettings } from '../../src/agent/agent.ts';
import { resolveSettings } from '../../src/config/settings.ts';
import type { Configuration, ConfigurationOutcome } from '../../src/manager/configuration.ts';
import { createReloader, type ReloaderDeps } from '../../src/manager/reload.ts';
import type { LoadedRules } from '../../src/manager/rules.ts';
import type { PlannedSource } from '../../src/manager/sources.ts';
import { makeTable } from '../decide/samples.ts';

const log = (location: string): PlannedSource => ({ location, kind: 'syslog' });

function configure(yamlText: string, sources: PlannedSource[], minutes: number[] = []): Configuration {
  const { problems: _, ...values } = resolveSettings({ yamlText, file: 'riposte.yaml', environment: {}, flags: {} });
  const table = makeTable([], { repeatedOffendersMinutes: minutes });
  const loaded = { conf: table.conf, table } as unknown as LoadedRules;
  return { values, loaded, plan: { sources, problems: [] } };
}

function setUp(first: Configuration, pool?: (calls: string[]) => ReloaderDeps['pool']) {
  const calls: string[] = [];
  const agentSettings: ChangeableSettings[] = [];
  const outcomes: ConfigurationOutcome[] = [];
  const show = (plan: readonly PlannedSource[]): string => plan.map(({ location }) => location).join(' ');
  const reloader = createReloader({
    configuration: first,
    pool: pool?.(calls),
    readConfiguration: async () => outcomes.shift() ?? { configuration: undefined, problems: [] },
    rules: { use: () => calls.push('rules') },
    pipeline: { useRules: () => calls.push('pipeline') },
    protection: { use: (_, { neverBlock }) => calls.push(`protection ${neverBlock.join(' ')}`) },
    agent: {
      use: (settings) => {
        calls.push('agent');
        agentSettings.push(settings);
      },
    },
    sources: {
      drop: async (plan) => {
        calls.push(`drop all but ${show(plan)}`);
        await Promise.resolve();
      },
      add: (plan) => calls.push(`add ${show(plan)}`),
    },
  });
  return { reloader, calls, outcomes, agentSettings };
}

describe('a reload', () => {
  it('takes up everything, sources that are gone first and new ones last', async () => {
    const { reloader, calls, outcomes, agentSettings } = setUp(configure('', [log('/a')]));
    const next = configure('never_block: [192.0.2.1]\nscript_deadline_seconds: 5', [log('/b')], [30]);
    outcomes.push({ configuration: next, problems: [] });
    expect(await reloader.reload()).toEqual({ loaded: true, problems: [], needRestart: [] });
    expect(calls).toEqual(['drop all but /b', 'rules', 'pipeline', 'protection 192.0.2.1', 'agent', 'add /b']);
    expect(agentSettings).toMatchObject([{ scriptDeadlineMs: 5000, offenderMinutes: [30] }]);
    expect(reloader.values()).toMatchObject({
      settings: { scriptDeadlineSeconds: 5 },
      origins: { scriptDeadlineSeconds: 'file' },
    });
  });

  it('has detection threads read the rules first, and changes over in the moment in which they do', async () => {
    const { reloader, calls, outcomes } = setUp(configure('', [log('/a')]), (told) => ({
      prepare: async () => {
        told.push('threads read');
      },
      takeUp: async (use) => {
        told.push('threads hold');
        await Promise.resolve();
        use();
        told.push('threads go on');
      },
    }));
    outcomes.push({ configuration: configure('', [log('/b')]), problems: [] });
    expect(await reloader.reload()).toMatchObject({ loaded: true });
    const change = ['threads hold', 'rules', 'pipeline', 'threads go on'];
    expect(calls).toEqual(['threads read', 'drop all but /b', ...change, 'protection ', 'agent', 'add /b']);
  });

  it('takes up nothing where a detection thread cannot, and says so', async () => {
    const { reloader, calls, outcomes } = setUp(configure('max_running: 3', []), () => ({
      prepare: () => Promise.reject(new Error('detection thread 2: out of memory')),
      takeUp: () => expect.fail('taken up'),
    }));
    outcomes.push({ configuration: configure('max_running: 4', []), problems: [] });
    await expect(reloader.reload()).rejects.toThrow('detection thread 2: out of memory');
    expect(calls).toEqual([]);
    expect(reloader.values().settings.maxRunning).toBe(3);
  });

  it('takes up nothing where something is wrong, and gives every problem', async () => {
    const { reloader, calls, outcomes } = setUp(configure('max_running: 3', []));
    const position = { file: 'f', line: 1, column: 1 };
    const problems = [{ severity: 'error' as const, position, message: 'wrong' }];
    outcomes.push({ configuration: undefined, problems });
    expect(await reloader.reload()).toEqual({ loaded: false, problems, needRestart: [] });
    expect(calls).toEqual([]);
    expect(reloader.values().settings.maxRunning).toBe(3);
  });

  it('names settings that wait for a restart, each time, and leaves them as they are', async () => {
    const stdin = { location: 'stdin', kind: 'syslog' } as const;
    const { reloader, calls, outcomes } = setUp(configure('stdin: true', [log('/a'), stdin]));
    const next = configure('observe: true\nmax_running: 9', [log('/a')]);
    outcomes.push({ configuration: next, problems: [] }, { configuration: next, problems: [] });
    expect((await reloader.reload()).needRestart).toEqual(['stdin', 'observe']);
    expect((await reloader.reload()).needRestart).toEqual(['stdin', 'observe']);
    expect(reloader.values().settings).toMatchObject({ observe: false, stdin: true, maxRunning: 9 });
    expect(reloader.values().origins).toMatchObject({ observe: 'default', stdin: 'file' });
    expect(calls.filter((call) => call.startsWith('drop'))).toEqual(['drop all but /a stdin', 'drop all but /a stdin']);
  });

  it('waits for the one before it', async () => {
    const { reloader, calls, outcomes } = setUp(configure('', []));
    const next = configure('', [log('/a')]);
    outcomes.push({ configuration: next, problems: [] }, { configuration: next, problems: [] });
    const both = [reloader.reload(), reloader.reload()];
    await reloader.settled();
    expect(calls.join()).toMatch(/^drop.*add.*drop.*add/);
    await Promise.all(both);
  });
});
