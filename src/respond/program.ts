// Any built-in as a program of its own: Wazuh's exchange over standard input and output. // spec active-response §4, §7
import type { Alert } from '../alert/alert.ts';
import { errorText } from '../alert/error-text.ts';
import type { AnyBuiltIn, BuiltInAction, Host } from './contract.ts';

export interface ProgramIo {
  readonly input: AsyncIterable<string | Uint8Array>;
  /** Standard output: what execd reads. */
  readonly write: (text: string) => void;
  /** One event for active-responses.log, without time and name; may hold control characters. */
  readonly log: (text: string) => void;
}

/** Every refusal and every failure; 0 is done or aborted. */
const failedStatus = 255;
const programTimeoutMs = 30_000;

/** Characters of one message; beyond it is no message. */
const longestLine = 16 * 1024 * 1024;

interface Message {
  readonly command: string;
  readonly alert: Alert;
  readonly extraArgs: readonly string[];
}

/** Ends the program with a text for the log. */
class Refusal extends Error {}

/**
 * Runs one exchange and resolves to the exit status; never rejects. What it adds lasts until the caller sends `delete`, as far
 * as the response can (firewall-drop: a week). Unlike Wazuh's programs it fails where the effect could not be had.
 */
export async function respondAsProgram(response: AnyBuiltIn, host: Host, io: ProgramIo): Promise<number> {
  io.log('Starting');
  try {
    const lines = readLines(io.input);
    const message = await readMessage(lines, io);
    const target = response.parse(message.alert);
    if (message.command === 'delete') await revertTarget(response, host, target);
    else if (!(await mayContinue(response, target, lines, io))) return endAborted(io);
    else await applyTarget(response, host, target);
    io.log('Ended');
    return 0;
  } catch (error) {
    io.log(errorText(error));
    return failedStatus;
  }
}

/** The same for what is done once: `delete` has nothing to do. */
export async function actAsProgram(action: BuiltInAction, host: Host, io: ProgramIo): Promise<number> {
  io.log('Starting');
  try {
    const { command, alert, extraArgs } = await readMessage(readLines(io.input), io);
    if (command === 'add') {
      const outcome = await action.act({ alert, extraArgs, timeoutMs: programTimeoutMs }, host);
      if (!outcome.ok) throw new Refusal(outcome.error);
    }
    io.log('Ended');
    return 0;
  } catch (error) {
    io.log(errorText(error));
    return failedStatus;
  }
}

function endAborted(io: ProgramIo): number {
  io.log('Aborted');
  return 0;
}

async function readMessage(lines: AsyncIterator<string>, io: ProgramIo): Promise<Message> {
  const message = parseObject(await nextLine(lines, io));
  const parameters = message === undefined ? undefined : memberOf(message, 'parameters');
  if (message === undefined || !isObject(parameters)) throw new Refusal('Invalid input format');
  const command = memberOf(message, 'command');
  if (typeof command !== 'string') throw new Refusal("Cannot read 'command' from json");
  if (command !== 'add' && command !== 'delete') throw new Refusal("Invalid value of 'command'");
  const alert = memberOf(parameters, 'alert');
  // A response looks only at what it needs, and refuses what it does not find.
  const args = memberOf(parameters, 'extra_args');
  const extraArgs = Array.isArray(args) ? args.filter((arg) => typeof arg === 'string') : [];
  return { command, alert: (isObject(alert) ? alert : {}) as unknown as Alert, extraArgs };
}

/** The key exchange: false where the key is in force already. */
async function mayContinue(
  response: AnyBuiltIn,
  target: unknown,
  lines: AsyncIterator<string>,
  io: ProgramIo,
): Promise<boolean> {
  const request = JSON.stringify({
    version: 1,
    origin: { name: response.name, module: 'active-response' },
    command: 'check_keys',
    parameters: { keys: response.keys(target) },
  });
  io.write(`${request}\n`);
  io.log(request);
  const answer = parseObject(await nextLine(lines, io));
  if (answer === undefined) throw new Refusal('Invalid input format');
  const command = memberOf(answer, 'command');
  if (command === 'abort') return false;
  if (command !== 'continue') throw new Refusal("Invalid value of 'command'");
  return true;
}

async function applyTarget(response: AnyBuiltIn, host: Host, target: unknown): Promise<void> {
  const availability = await response.probe(host);
  if (!availability.available) throw new Refusal(`${response.name} cannot work here: ${availability.reason}`);
  const [outcome] = await response.apply([{ target, remainingSeconds: null }], host);
  if (outcome?.ok !== true) throw new Refusal(`Cannot apply: ${outcome?.error ?? 'no answer'}`);
  const [verification] = await response.verify([target], host);
  if (verification === undefined || verification.effect === 'absent') {
    throw new Refusal(`Applied without effect: ${verification?.reason ?? 'no answer'}`);
  }
}

/** The evidence is asked of the machine, since a program keeps nothing between its runs. */
async function revertTarget(response: AnyBuiltIn, host: Host, target: unknown): Promise<void> {
  const availability = await response.probe(host);
  if (!availability.available) throw new Refusal(`${response.name} cannot work here: ${availability.reason}`);
  const key = JSON.stringify(response.keys(target));
  const found = await response.inventory(host);
  const mine = found.filter((each) => JSON.stringify(response.keys(each.target)) === key);
  const outcomes = await response.revert(
    mine.map((each) => each.evidence),
    host,
  );
  const failed = outcomes.find((outcome) => !outcome.ok);
  if (failed !== undefined && !failed.ok) throw new Refusal(`Cannot revert: ${failed.error}`);
}

/** Reads and logs a line, as every message of the exchange is logged. */
async function nextLine(lines: AsyncIterator<string>, io: ProgramIo): Promise<string> {
  const next = await lines.next();
  if (next.done === true) throw new Refusal('Cannot read input from stdin');
  if (next.value !== '') io.log(next.value);
  return next.value;
}

async function* readLines(input: AsyncIterable<string | Uint8Array>): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (rest.length > longestLine) throw new Refusal('Invalid input format');
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      yield line;
    }
  }
  if (rest !== '') yield rest;
  return undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function memberOf(value: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
