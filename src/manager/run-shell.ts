// Commands of the configuration, run by the shell as a person would.
import type { CommandOutput } from '../source/command-source.ts';
import { createSystemHost } from '../system/processes.ts';

const host = createSystemHost();

/** Never rejects. What it has started is ended with it when its time is over. */
export async function runShell(command: string, timeoutMs: number): Promise<CommandOutput> {
  const { status, signal, stdout, stderr, timedOut, error } = await host.run(['sh', '-c', command], { timeoutMs });
  if (error !== undefined) return { text: '', fault: `cannot be started: ${error}` };
  if (timedOut) return { text: stdout, fault: `took longer than ${timeoutMs / 1000} s and was ended` };
  // Programs that find something end with a status of their own: only one that also prints nothing has failed.
  if (status === 0 || stdout !== '') return { text: stdout, fault: undefined };
  const [reason = ''] = stderr.trim().split('\n');
  return { text: '', fault: `ended ${signal === null ? `with status ${status}` : `by ${signal}`}: ${reason}` };
}
