import { expect, it } from 'vitest';
import { runShell } from '../../src/manager/run-shell.ts';

it('a command is run by the shell, and only its standard output counts', async () => {
  expect(await runShell('printf "%s\\n" a b | sort -r; echo no >&2', 5000)).toEqual({
    text: 'b\na\n',
    fault: undefined,
  });
});

it('a command that finds something may end with a status of its own; one that prints nothing has failed', async () => {
  expect(await runShell('echo found; exit 3', 5000)).toEqual({ text: 'found\n', fault: undefined });
  expect(await runShell('exit 0', 5000)).toEqual({ text: '', fault: undefined });
  expect((await runShell('no-such-program-here', 5000)).fault).toMatch(
    /^ended with status 127: .*no-such-program-here/,
  );
  expect((await runShell('kill -9 $$', 5000)).fault).toMatch(/^ended by SIGKILL/);
});

it('a command that takes too long is ended with all that it started, and what it printed is kept', async () => {
  const { text, fault } = await runShell('echo first; sleep 1000 & sleep 1000', 300);
  expect(text).toBe('first\n');
  expect(fault).toBe('took longer than 0.3 s and was ended');
});
