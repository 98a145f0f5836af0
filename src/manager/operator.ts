// What an operator asks of the service by hand: a block, a revert. The same guards hold as for a rule.
import { isIP } from 'node:net';
import type { Selector } from '../agent/agent.ts';
import type { Alert } from '../alert/alert.ts';
import type { OssecConf } from '../config/ossec-conf.ts';
import type { CommandId, CommandMessage } from '../fleet/command.ts';

export interface BlockRequest {
  /** An address, or an account. */
  readonly target: string;
  /**
   * Name of a command (`firewall-drop`), of a response with its timeout (`firewall-drop600`), or `!` and a script of the
   * scripts folder, which then runs without a timeout. // spec active-response §3
   */
  readonly response: string;
  /** Seconds; undefined: the one in the response's name. */
  readonly timeoutSeconds: number | undefined;
}

const longestTimeoutSeconds = 10 * 365 * 86_400;

interface NamedResponse {
  readonly command: string;
  readonly executable: string;
  readonly extraArgs: readonly string[];
  readonly timeoutAllowed: boolean;
  readonly timeoutSeconds: number | undefined;
}

function nameScript(name: string): NamedResponse {
  const executable = name.slice(1);
  if (executable === '' || executable === '.' || /[/\\]|\.\./.test(executable)) {
    throw new Error(
      `${JSON.stringify(name)} names no script: "!" is followed by the name of a file in active-response/bin`,
    );
  }
  return { command: name, executable, extraArgs: [], timeoutAllowed: false, timeoutSeconds: 0 };
}

function findResponse(name: string, conf: OssecConf): NamedResponse {
  if (name.startsWith('!')) return nameScript(name);
  const response = conf.activeResponses.find((candidate) => candidate.name === name);
  const command = response?.command ?? conf.commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const known = [
      ...new Set([...conf.commands.map((one) => one.name), ...conf.activeResponses.map((one) => one.name)]),
    ];
    throw new Error(
      `no response is named ${JSON.stringify(name)}: one of ${known.join(', ') || '(none is configured)'}`,
    );
  }
  return {
    command: command.name,
    executable: command.executable,
    extraArgs: command.extraArgs,
    timeoutAllowed: command.timeoutAllowed,
    timeoutSeconds: response?.timeoutSeconds,
  };
}

function chooseTimeout(request: BlockRequest, response: NamedResponse): number {
  const seconds = request.timeoutSeconds ?? response.timeoutSeconds;
  if (seconds === undefined) {
    throw new Error(
      `how long? give a timeout in seconds, or name a response that has one, such as ${response.command}600`,
    );
  }
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > longestTimeoutSeconds) {
    throw new Error(`the timeout ${seconds} is not a whole number of seconds from 0 to ${longestTimeoutSeconds}`);
  }
  if (seconds > 0 && !response.timeoutAllowed) {
    throw new Error(
      `the command ${response.command} cannot be reverted (timeout_allowed is not yes): use the timeout 0`,
    );
  }
  return seconds;
}

function operatorAlert(target: string, id: string, nowMs: number): Alert {
  const data = isIP(target) > 0 ? { srcip: target } : { dstuser: target };
  return {
    timestamp: new Date(nowMs).toISOString().replace('Z', '+0000'),
    rule: { id: '0', level: 0, description: 'Requested by an operator', groups: [] },
    agent: { id: '000' },
    id,
    data,
    location: 'riposte',
  };
}

/** The command for a block asked for by hand. Throws, naming what would be right, where the request cannot be meant. */
export function planBlock(request: BlockRequest, conf: OssecConf, id: string, nowMs: number): CommandMessage {
  if (conf.responsesDisabled) {
    throw new Error('responses are turned off here: an <active-response> has disabled = yes and no command');
  }
  const response = findResponse(request.response, conf);
  const timeoutSeconds = chooseTimeout(request, response);
  return {
    id: id as CommandId,
    response: `${response.command}${timeoutSeconds}`,
    executable: response.executable,
    extraArgs: response.extraArgs,
    timeoutSeconds,
    decidedForMs: nowMs,
    deadlineMs: nowMs + 60_000,
    origin: 'operator',
    alert: operatorAlert(request.target, id, nowMs),
  };
}

/** `--all`, an id of something in force, or a target. */
export function chooseSelector(
  parameters: { readonly all?: unknown; readonly subject?: unknown },
  isId: (text: string) => boolean,
): Selector {
  if (parameters.all === true) return { all: true };
  const { subject } = parameters;
  if (typeof subject !== 'string' || subject === '') throw new Error('revert what? give a target, an id, or --all');
  return isId(subject) ? { id: subject as CommandId } : { target: subject };
}
