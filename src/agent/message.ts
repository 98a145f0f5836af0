// The lines that a script reads and that active-responses.log shows. // spec active-response §4, §10
import type { Alert } from '../alert/alert.ts';
import type { CommandMessage } from '../fleet/command.ts';

export type ControlWord = 'add' | 'delete' | 'continue' | 'abort';

/** The rest of the line is the same for every word, and long: it is written once. */
export function messageLines(
  message: Pick<CommandMessage, 'extraArgs' | 'alert'>,
  program: string,
  nodeName: string,
): (word: ControlWord) => string {
  const head = `{"version":1,"origin":${JSON.stringify({ name: nodeName, module: 'wazuh-execd' })},"command":"`;
  const parameters = JSON.stringify({ extra_args: message.extraArgs, alert: message.alert, program });
  return (word) => `${head}${word}","parameters":${parameters}}`;
}

/** What a built-in would have written as a script. */
export function checkKeysLine(name: string, keys: readonly string[]): string {
  return JSON.stringify({
    version: 1,
    origin: { name, module: 'active-response' },
    command: 'check_keys',
    parameters: { keys },
  });
}

/** What must be kept of an alert for as long as a built-in's effect lasts: what is shown and logged at its end. */
export function trimAlert(alert: Alert): Alert {
  const { timestamp, rule, agent, id, data, location } = alert;
  return {
    timestamp,
    rule: { level: rule.level ?? 0, description: rule.description, id: rule.id, groups: rule.groups },
    agent,
    id,
    ...(data === undefined ? {} : { data }),
    ...(location === undefined ? {} : { location }),
  };
}

export function baseName(executable: string): string {
  return executable.slice(executable.lastIndexOf('/') + 1);
}
