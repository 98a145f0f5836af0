// What the service answers over its channel, command by command.
import { randomUUID } from 'node:crypto';
import type { Agent } from '../agent/agent.ts';
import { describeSettings, type SettingValues } from '../config/settings.ts';
import type { ControlHandler } from '../serve/control-server.ts';
import type { Checkpointer } from './checkpointer.ts';
import { chooseSelector, planBlock } from './operator.ts';
import type { Pipeline } from './pipeline.ts';
import type { ReloadAnswer } from './reload.ts';
import type { ServiceOptions } from './service.ts';
import type { SourceSet } from './source-set.ts';

export interface HandlerDeps {
  readonly options: ServiceOptions;
  readonly agent: Agent;
  /** False: nothing is run and nothing is in force. */
  readonly agentRuns: boolean;
  /** Sources are read and responses can run. */
  readonly isReady: () => boolean;
  readonly pipeline: Pipeline;
  readonly checkpointer: Checkpointer;
  readonly sources: Pick<SourceSet, 'locations'>;
  readonly values: () => SettingValues;
  readonly reload: () => Promise<ReloadAnswer>;
}

function readBlock(parameters: Readonly<Record<string, unknown>>) {
  const { target, response, timeoutSeconds } = parameters;
  if (typeof target !== 'string' || target === '') throw new Error('block what? give an address or an account');
  if (typeof response !== 'string') throw new Error('which response? name a command of the configuration');
  if (timeoutSeconds !== undefined && typeof timeoutSeconds !== 'number')
    throw new Error('the timeout is not a number');
  return { target, response, timeoutSeconds };
}

export function createHandlers(deps: HandlerDeps): ReadonlyMap<string, ControlHandler> {
  const { options, agent, agentRuns, pipeline, checkpointer } = deps;
  const needAgent = (): void => {
    if (!agentRuns) throw new Error('this service only observes: it runs nothing and has nothing in force');
  };
  return new Map<string, ControlHandler>([
    ['list', async () => (agentRuns ? agent.inForce() : [])],
    [
      'revert',
      async (parameters) => {
        needAgent();
        const isId = (text: string): boolean => agent.inForce().some((execution) => execution.id === text);
        return await agent.revert(chooseSelector(parameters, isId));
      },
    ],
    [
      'block',
      async (parameters) => {
        if (!options.enforcing) throw new Error('this service only observes: it runs nothing');
        const id = `operator.${randomUUID()}`;
        return await agent.deliver(
          planBlock(readBlock(parameters), options.rules.current().conf, id, options.clock.nowMs()),
        );
      },
    ],
    [
      'reconcile',
      async () => {
        needAgent();
        return await agent.reconcile();
      },
    ],
    [
      'reload',
      async () => {
        if (!deps.isReady()) throw new Error('the service is still starting: try again when its status is ready');
        return await deps.reload();
      },
    ],
    ['settings', async () => describeSettings(deps.values())],
    ['store', async () => checkpointer.store()],
    [
      'status',
      async () => ({
        ready: deps.isReady(),
        mode: options.enforcing ? 'enforcing' : 'observing',
        pid: options.pid,
        home: options.paths.home,
        sources: deps.sources.locations(),
        detectionThreads: deps.values().settings.detectionThreads,
        counts: pipeline.counts,
        inForce: agentRuns ? agent.countInForce() : 0,
        troubles: [...agent.troubles(), ...checkpointer.troubles(), ...pipeline.troubles()],
      }),
    ],
  ]);
}
