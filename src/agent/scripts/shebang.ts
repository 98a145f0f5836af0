// What the kernel will make of a script's first line.

export type Interpreter =
  | { readonly kind: 'kernel' }
  /** No `#!`: the shell runs it, as execvp and Wazuh do. // spec active-response §10 */
  | { readonly kind: 'shell' }
  | { readonly kind: 'error'; readonly reason: string };

/** From the first bytes of the file (as latin1). */
export function chooseInterpreter(path: string, head: string): Interpreter {
  if (head.startsWith('#!')) return checkShebang(path, head.slice(2));
  // Anything else with a NUL in it is a binary: the kernel knows its format, or says ENOEXEC.
  return head.includes('\0') ? { kind: 'kernel' } : { kind: 'shell' };
}

function checkShebang(path: string, rest: string): Interpreter {
  const [line = ''] = rest.split('\n', 1);
  if (!line.includes('\r')) return { kind: 'kernel' };
  const name = line.trim();
  return {
    kind: 'error',
    reason: `${path} has Windows line ends (CRLF): its first line asks for "${name}\\r", which does not exist. Convert it, for example with: sed -i 's/\\r$//' ${path}`,
  };
}
