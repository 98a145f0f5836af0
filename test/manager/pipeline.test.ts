// In which order a message is answered, written and shown.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Detection } from '../../src/detect/detector.ts';
import type { EventRecords } from '../../src/detect/records.ts';
import type { BatchHandlers } from '../../src/manager/detection/detection-pool.ts';
import { createPipeline, type Pipeline, type PipelineDeps } from '../../src/manager/pipeline.ts';
import { makeFacts, makeResponse, makeTable } from '../decide/samples.ts';

let steps: string[];
let endTurn: () => void;
let pipeline: Pipeline;
/** What the detector has kept besides alerts. */
let taken: EventRecords | undefined;

const { alert: sample, rule } = makeFacts();
const message = (text: string) => ({ id: text, location: '/l/a', text, timeMs: 1_000_000 });
const turnOver = async (): Promise<void> => {
  endTurn();
  await new Promise((resolve) => setImmediate(resolve));
};
/** Two turns in which nothing comes. */
const pause = async (): Promise<void> => {
  await turnOver();
  await turnOver();
};
const written = (): string[] => steps.filter((step) => step.startsWith('write'));

/** Every message is an alert; `quiet` in its text: one that is not logged. */
function detect({ text }: { text: string }): Detection {
  return { alert: { ...sample, id: text }, rule, logged: !text.includes('quiet') };
}

interface StartOptions {
  readonly rulesIds?: ReadonlySet<string>;
  readonly mostWaiting?: number;
  readonly pool?: PipelineDeps['pool'];
  readonly volume?: PipelineDeps['volume'];
}

function start({ rulesIds = new Set([rule.id]), mostWaiting = 100, pool, volume }: StartOptions = {}): void {
  pipeline = createPipeline(
    { detector: { process: detect, takeRecords: () => taken }, table: makeTable([makeResponse({ rulesIds })]) },
    {
      alerts: {
        add: ({ id }) => steps.push(`write ${id}`),
        addText: () => expect.unreachable(),
        flush: () => steps.push('flush'),
        close: () => steps.push('close'),
        troubles: () => [],
      },
      standingFacts: () => ({
        agents: [],
        neverBlock: () => undefined,
        targetOf: () => ({ kind: 'unknown' }),
        maxAgeMs: 600_000,
        observe: false,
      }),
      nowMs: () => 1_000_000,
      mostWaiting,
      pool,
      volume,
      eventLogs: {
        add: ({ archived, firewall }) => steps.push(`keep ${archived.length} events, ${firewall.length} of firewalls`),
        flush: () => undefined,
        troubles: () => [],
      },
      turn: () =>
        new Promise((resolve) => {
          endTurn = resolve;
        }),
      onDecision: (_, { id }) => steps.push(`answer ${id}`),
      onAlert: ({ id }) => steps.push(`show ${id}`),
      onDecided: ({ alertId }) => steps.push(`show the decision on ${alertId}`),
    },
  );
}

beforeEach(() => {
  steps = [];
  taken = undefined;
  start();
});

describe('the pipeline', () => {
  it('answers all messages at once, and writes and shows them in the next pause', async () => {
    void pipeline.takeMessages([message('a'), message('b')]);
    expect(steps).toEqual(['answer a', 'answer b']);
    await pause();
    const told = (id: string): string[] => [`write ${id}`, `show ${id}`, `show the decision on ${id}`];
    expect(steps.slice(2)).toEqual([...told('a'), ...told('b'), 'flush']);
  });

  it('lets what comes in time be answered before it writes what came earlier', async () => {
    void pipeline.takeMessages([message('a')]);
    await turnOver();
    void pipeline.takeMessages([message('b')]);
    await turnOver();
    expect(steps).toEqual(['answer a', 'answer b']);
    await pause();
    expect(written()).toEqual(['write a', 'write b']);
  });

  it('writes a flood that does not pause as it comes, but for its beginning, until it has paused', async () => {
    start({ mostWaiting: 3 });
    const wave = async (id: string): Promise<void> => {
      void pipeline.takeMessages([message(id)]);
      await turnOver();
    };
    for (const id of ['a', 'b']) await wave(id);
    expect(written()).toEqual([]);
    await wave('c');
    expect(written()).toHaveLength(3);
    await wave('d');
    expect(written()).toHaveLength(4);
    await pause();
    await pause();
    for (const id of ['e', 'f']) await wave(id);
    expect(written()).toHaveLength(4);
    await pause();
    await pause();
    expect(written()).toHaveLength(6);
  });

  it('writes and shows once, at once where it is asked to', async () => {
    void pipeline.takeMessages([message('a')]);
    pipeline.flushAlerts();
    expect(steps).toContain('write a');
    await pause();
    expect(steps.filter((step) => step === 'write a')).toHaveLength(1);
  });

  it('writes what is left before it closes the file', () => {
    void pipeline.takeMessages([message('a')]);
    pipeline.close();
    expect(steps.indexOf('write a')).toBeGreaterThan(0);
    expect(steps.at(-1)).toBe('close');
  });

  it('neither writes nor shows an alert that its rule hides, but shows what was decided on it', async () => {
    void pipeline.takeMessages([message('quiet')]);
    await pause();
    expect(steps).toEqual(['answer quiet', 'show the decision on quiet', 'flush']);
  });

  it('has no turn to wait for where there is nothing to tell', () => {
    start({ rulesIds: new Set(['1']) });
    void pipeline.takeMessages([message('quiet')]);
    expect(steps).toEqual([]);
    expect(pipeline.counts).toEqual({ messages: 1, alerts: 1, decisions: 0 });
  });

  it('shows alerts of others, and does not write them again', async () => {
    pipeline.takeAlert({ ...sample, id: 'x' }, rule, 1_000_000);
    await pause();
    expect(steps).toEqual(['answer x', 'show x', 'show the decision on x', 'flush']);
  });
});

describe('what is kept besides alerts', () => {
  const event = { json: undefined, text: 'x' };
  const excess = { alert: { ...sample, id: 'excess' }, logged: true };

  it('is handed on with its batch; of an excess an alert is written, which answers to no response', async () => {
    taken = { archived: [event, event], firewall: ['y'], volume: [excess, { ...excess, logged: false }] };
    void pipeline.takeMessages([message('quiet')]);
    expect(steps).toEqual(['answer quiet', 'keep 2 events, 1 of firewalls']);
    await pause();
    expect(written()).toEqual(['write excess']);
    expect(pipeline.counts).toEqual({ messages: 1, alerts: 3, decisions: 1 });
  });

  it('tells the detector of the message that was one too many', async () => {
    const judged: (string | undefined)[] = [];
    let count = 0;
    start({
      volume: { count: () => (++count === 2 ? 'too many' : undefined) },
      pool: {
        detect: async (messages, { onFound }) => {
          judged.push(...messages.map(({ excess: said }) => said));
          onFound([], { archived: [event], firewall: [], volume: [] });
        },
      },
    });
    await pipeline.takeMessages([message('a'), message('b'), message('c')]);
    expect(judged).toEqual([undefined, 'too many', undefined]);
    expect(steps).toEqual(['keep 1 events, 0 of firewalls']);
  });
});

describe('with detection in threads', () => {
  it('answers what each has found at once, in the order of the answers, and takes the batch over at the end', async () => {
    let handlers: BatchHandlers | undefined;
    let resolve = (): void => undefined;
    start({
      pool: {
        detect: (_, given) => {
          handlers = given;
          return new Promise((keep) => {
            resolve = keep;
          });
        },
      },
    });
    const taken = pipeline.takeMessages([message('a'), message('b')], () => steps.push('taken'));
    const find = (id: string) => [{ message: message(id), detection: detect({ text: id }) }];
    expect(steps).toEqual([]);
    handlers?.onFound(find('b'), undefined);
    expect(steps).toEqual(['answer b']);
    handlers?.onFound(find('a'), undefined);
    handlers?.onTaken();
    resolve();
    await taken;
    expect(steps).toEqual(['answer b', 'answer a', 'taken']);
    expect(pipeline.counts).toEqual({ messages: 2, alerts: 2, decisions: 2 });
  });
});
