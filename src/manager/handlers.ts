// What the service answers over its channel, command by command.
import { randomUUID } from 'node:crypto';
import type { Agent } from '../agent/agent.ts';
import type { Problem } from '../config/position.ts';
import type { ControlHandler } from '../serve/control-server.ts';
import type { Checkpointer } from './checkpointer.ts';
import { chooseSelector, planBlock } from './operator.ts';
import type { Pipeline } from './pipeline.ts';
import type { ServiceOptions } from './service.ts';

export interface HandlerDeps {
  readonly options: ServiceOptions;
  readonly agent: Agent;
  readonly pipeline: Pipeline;
  readonly checkpointer: Checkpointer;
  readonly reload: () => { readonly loaded: boolean; readonly problems: readonly Problem[] };
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
  const { options, agent, pipeline, checkpointer } = deps;
  const enforce = (): void => {
    if (!options.enforcing) throw new Error('this service only observes: it runs nothing and has nothing in force');
  };
  return new Map<string, ControlHandler>([
    ['list', async () => (options.enforcing ? agent.inForce() : [])],
    [
      'revert',
      async (parameters) => {
        enforce();
        const isId = (text: string): boolean => agent.inForce().some((execution) => execution.id === text);
        return await agent.revert(chooseSelector(parameters, isId));
      },
    ],
    [
      'block',
      async (parameters) => {
        enforce();
        const id = `operator.${randomUUID()}`;
        return await agent.deliver(
          planBlock(readBlock(parameters), options.rules.current().conf, id, options.clock.nowMs()),
        );
      },
    ],
    [
      'reconcile',
      async () => {
        enforce();
        return await agent.reconcile();
      },
    ],
    ['reload', async () => deps.reload()],
    ['store', async () => checkpointer.store()],
    [
      'status',
      async () => ({
        ready: true,
        mode: options.enforcing ? 'enforcing' : 'observing',
        pid: options.pid,
        home: options.paths.home,
        sources: [...options.sources.logFiles, ...(options.sources.alertsFile ? [options.sources.alertsFile] : [])],
        counts: pipeline.counts,
        inForce: options.enforcing ? agent.inForce().length : 0,
        troubles: [...agent.troubles(), ...checkpointer.troubles(), ...pipeline.troubles()],
      }),
    ],
  ]);
}
