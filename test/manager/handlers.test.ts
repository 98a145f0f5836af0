// What the service says of itself over its channel.
import { beforeEach, describe, expect, it } from 'vitest';
import { createHandlers, type HandlerDeps } from '../../src/manager/handlers.ts';

let isReady: boolean;
let reloads: number;

beforeEach(() => {
  isReady = false;
  reloads = 0;
});

async function ask(command: string): Promise<unknown> {
  const deps = {
    options: { enforcing: true, pid: 7, paths: { home: '/home/of/it' } },
    agent: { countInForce: () => 2, troubles: () => ['the journal'] },
    agentRuns: true,
    isReady: () => isReady,
    pipeline: { counts: { messages: 1, alerts: 0, decisions: 0 }, troubles: () => ['the alerts'] },
    checkpointer: { troubles: () => [] },
    sources: { locations: () => ['/var/log/auth.log'] },
    values: () => ({ settings: { detectionThreads: 2 } }),
    reload: async () => {
      reloads += 1;
      return { loaded: true };
    },
  } as unknown as HandlerDeps;
  return await createHandlers(deps).get(command)?.({});
}

describe('a service that is starting', () => {
  it('says that it is not ready, and no longer when it is', async () => {
    expect(await ask('status')).toMatchObject({ ready: false, inForce: 2, troubles: ['the journal', 'the alerts'] });
    isReady = true;
    expect(await ask('status')).toMatchObject({
      ready: true,
      mode: 'enforcing',
      sources: ['/var/log/auth.log'],
      detectionThreads: 2,
    });
  });

  it('reads no configuration anew before it has taken up the first', async () => {
    await expect(ask('reload')).rejects.toThrow('still starting');
    expect(reloads).toBe(0);
    isReady = true;
    expect(await ask('reload')).toEqual({ loaded: true });
  });
});
