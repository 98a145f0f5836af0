// Reads what `strace -f -y -o FILE` has written: system calls of all threads, in the order in which they began and ended.

export interface Call {
  readonly thread: string;
  readonly name: string;
  /** Arguments and result, as strace shows them. */
  readonly text: string;
  /** Line at which it began, and at which it returned; of two calls the one with the smaller number came first. */
  readonly begin: number;
  readonly end: number;
  readonly failed: boolean;
}

export function readCalls(trace: string): readonly Call[] {
  const calls: Call[] = [];
  const open = new Map<string, { name: string; text: string; begin: number }>();
  for (const [at, line] of trace.split('\n').entries()) {
    const match = /^(\d+)\s+(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$/.exec(line);
    if (match === null) continue;
    const [, thread = '', resumed, started = '', rest = ''] = match;
    const before = resumed === undefined ? undefined : open.get(thread);
    const call = before ?? { name: started, text: '', begin: at };
    const unfinished = / <unfinished \.\.\.>$/.exec(rest);
    call.text += unfinished === null ? rest : rest.slice(0, unfinished.index);
    if (unfinished !== null) open.set(thread, call);
    else {
      open.delete(thread);
      calls.push({ ...call, thread, end: at, failed: / = -1 /.test(call.text) });
    }
  }
  return calls;
}
