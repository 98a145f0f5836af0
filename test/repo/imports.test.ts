// Which part of the program may know which. // architecture "The rooms"
import { describe, expect, it } from 'vitest';
import { listFiles, readImports, readProjectFile, roomOf, stripComments } from './source-files.ts';

interface Reach {
  /** Rooms that may be imported from. */
  readonly values: readonly string[];
  /** Rooms of which the types alone may be known. */
  readonly types?: readonly string[];
}

const rooms: Readonly<Record<string, Reach>> = {
  alert: { values: [] },
  config: { values: ['alert'] },
  source: { values: ['alert'], types: ['system'] },
  detect: { values: ['alert', 'config'], types: ['source'] },
  decide: { values: ['alert', 'config'] },
  fleet: { values: ['alert'] },
  dispatch: { values: ['alert', 'config', 'decide', 'fleet'] },
  respond: { values: ['alert'], types: ['system'] },
  agent: { values: ['alert', 'config', 'fleet', 'respond', 'system'] },
  store: { values: ['alert', 'decide', 'dispatch', 'fleet'] },
  manager: {
    values: ['alert', 'config', 'source', 'detect', 'decide', 'dispatch', 'fleet', 'store', 'system'],
    types: ['agent', 'serve'],
  },
  serve: { values: ['alert', 'config', 'fleet', 'manager'], types: ['system'] },
  cli: {
    values: [
      'alert',
      'config',
      'source',
      'detect',
      'decide',
      'fleet',
      'respond',
      'store',
      'manager',
      'serve',
      'system',
    ],
    types: ['agent'],
  },
  system: { values: [], types: ['respond', 'agent'] },
};

/** `file -> room`, where one file stands in two rooms on purpose. */
const exceptions: Readonly<Record<string, string>> = {
  'src/manager/local-agent.ts -> agent': 'agent 000 lives in the same process as the manager',
  'src/manager/local-agent.ts -> respond': 'agent 000 is given the built-ins',
  'src/manager/stored.ts -> agent': 'with the service down, what is in force is read from the journal of agent 000',
  'src/manager/protection.ts -> respond': 'the built-ins tell what they would act on',
  'src/manager/service.ts -> serve': 'the service answers on its control socket',
};

const files = listFiles('src').filter((path) => path.endsWith('.ts'));

interface Crossing {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const crossings: readonly Crossing[] = files.flatMap((path) => {
  const from = roomOf(path);
  return readImports(path).flatMap(({ target, typeOnly }) => {
    const to = roomOf(target);
    return from === undefined || to === undefined || from === to ? [] : [{ path, from, to, typeOnly }];
  });
});

function isAllowed({ from, to, typeOnly }: Crossing): boolean {
  const reach = rooms[from];
  return reach?.values.includes(to) === true || (typeOnly && reach?.types?.includes(to) === true);
}

describe('imports', () => {
  it('are seen by this test', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(crossings.length).toBeGreaterThan(100);
    expect(crossings.some(({ typeOnly }) => typeOnly)).toBe(true);
    expect(crossings.some(({ typeOnly }) => !typeOnly)).toBe(true);
  });

  it('know only rooms that are listed here', () => {
    expect(files.map(roomOf).filter((room) => room === undefined || !(room in rooms))).toEqual([]);
  });

  it('point one way between rooms', () => {
    const wrong = crossings.filter((crossing) => !isAllowed(crossing));
    const unknown = wrong.filter(({ path, to }) => !(`${path} -> ${to}` in exceptions));
    expect(unknown.map(({ path, to }) => `${path} -> ${to}`)).toEqual([]);
    const used = new Set(wrong.map(({ path, to }) => `${path} -> ${to}`));
    expect(Object.keys(exceptions).filter((name) => !used.has(name))).toEqual([]);
  });

  it('never come round to the file that they began with', () => {
    const graph = new Map(
      files.map((path) => [path, readImports(path).flatMap(({ target, typeOnly }) => (typeOnly ? [] : [target]))]),
    );
    expect(files.map((path) => findCycle(graph, path)).filter((cycle) => cycle !== undefined)).toEqual([]);
  });

  it('name files with their ending, and modules of Node with theirs', () => {
    const bad = files.flatMap((path) =>
      readImports(path)
        .map(({ target }) => target)
        .filter((target) =>
          target.startsWith('src/') ? !files.includes(target) : /^(fs|path|os|net|crypto|child_process)\b/.test(target),
        )
        .map((target) => `${path} -> ${target}`),
    );
    expect(bad).toEqual([]);
  });
});

/** From a file back to itself, breadth first. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>, start: string): string | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const path of queue) {
    for (const next of graph.get(path) ?? []) {
      if (next === start) return describeWay(cameFrom, path, start);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, path);
      queue.push(next);
    }
  }
  return undefined;
}

function describeWay(cameFrom: ReadonlyMap<string, string>, last: string, start: string): string {
  const way = [start];
  for (let path: string | undefined = last; path !== undefined && path !== start; path = cameFrom.get(path))
    way.push(path);
  return [...way, start].reverse().join(' -> ');
}

describe('one place alone', () => {
  const outside = (room: string): string[] => files.filter((path) => roomOf(path) !== room);
  const finds = (paths: readonly string[], pattern: RegExp): string[] =>
    paths.filter((path) => pattern.test(stripComments(readProjectFile(path))));
  const importers = (paths: readonly string[], pattern: RegExp): string[] =>
    paths.filter((path) => readImports(path).some(({ target }) => pattern.test(target)));

  it('starts programs and calls the system: src/system', () => {
    const modules = /^(node:)?(child_process|worker_threads|cluster)$|^koffi$/;
    expect(importers(outside('system'), modules)).toEqual([]);
    expect(importers(files, modules)).not.toEqual([]);
  });

  it('reads the clock and sets timers: src/system', () => {
    const clock =
      /\b(Date\.now|performance\.now|process\.hrtime|process\.uptime|setTimeout|setInterval)\b|\bnew Date\(\)/;
    expect(finds(outside('system'), clock)).toEqual([]);
    expect(importers(outside('system'), /^node:(timers|perf_hooks)/)).toEqual([]);
    expect(finds(files, clock)).not.toEqual([]);
  });

  it('reads the environment: src/system', () => {
    expect(finds(outside('system'), /\bprocess\.env\b/)).toEqual([]);
    expect(finds(files, /\bprocess\.env\b/)).not.toEqual([]);
  });

  it('speaks SQL: src/store', () => {
    const sql = /\b(SELECT\s[^;]*\sFROM|INSERT\s+INTO|DELETE\s+FROM|CREATE\s+TABLE|UPDATE\s+\w+\s+SET)\b/;
    expect(finds(outside('store'), sql)).toEqual([]);
    expect(importers(outside('store'), /^(libsql|node:sqlite)$/)).toEqual([]);
    expect(finds(files, sql)).not.toEqual([]);
  });
});
