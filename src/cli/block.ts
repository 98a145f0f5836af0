// riposte block: a response run by hand, under the same guards as one that a rule asks for.
import type { Execution } from '../fleet/execution.ts';
import { describeExecution } from '../manager/report.ts';
import { ask, type CommonOptions, choosePaths, type Surroundings } from './context.ts';
import { exitStatus } from './exit-status.ts';

export interface BlockOptions extends CommonOptions {
  readonly response: string;
  readonly timeout?: number;
}

export async function runBlock(surroundings: Surroundings, target: string, options: BlockOptions): Promise<number> {
  const paths = choosePaths(options, surroundings);
  const { response, timeout: timeoutSeconds } = options;
  const execution = (await ask(paths, 'block', { target, response, timeoutSeconds })) as Execution;
  surroundings.out(
    `${options.json ? JSON.stringify(execution) : describeExecution(execution, surroundings.nowMs())}\n`,
  );
  return execution.state === 'active' || execution.state === 'completed' ? exitStatus.done : exitStatus.refused;
}
