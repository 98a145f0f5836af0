// One line of an alerts.json, of Wazuh or of OSSEC, to an alert. Lenient: what a response needs must be there, the rest is kept as it is.
import {
  type Alert,
  type AlertAgent,
  type AlertRule,
  complianceSchemes,
  type JsonObject,
  type JsonValue,
  type RuleFacts,
} from '../../alert/alert.ts';
import { groupStringOf } from '../../alert/group-string.ts';

export interface ParsedAlert {
  readonly alert: Alert;
  readonly rule: RuleFacts;
  /** The alert's own time, ms since 1970; undefined where it has none that can be read. */
  readonly timeMs: number | undefined;
}

export interface AlertLine {
  /** The line, its bytes decoded as UTF-8. */
  readonly text: string;
  /** Stands in for a missing `id`. */
  readonly id: string;
  /** Stands in for a missing `timestamp`; ms. */
  readonly nowMs: number;
}

/** A string says what is wrong with the line. */
export function parseAlertLine(line: AlertLine): ParsedAlert | string {
  let value: JsonValue;
  try {
    value = JSON.parse(line.text);
  } catch {
    return 'not JSON';
  }
  if (!isObject(value)) return 'not a JSON object';
  return parseAlert(value, line);
}

/** A string says what is wrong with it. */
export function parseAlert(value: JsonObject, line: Omit<AlertLine, 'text'>): ParsedAlert | string {
  if (!isObject(value.rule)) return 'no rule';
  const rule = parseRule(value.rule);
  if (typeof rule === 'string') return rule;
  const timeMs = timeOf(value);
  const known = {
    timestamp: typeof value.timestamp === 'string' ? value.timestamp : formatTimestamp(timeMs ?? line.nowMs),
    rule,
    agent: parseAgent(value),
    id: textOf(value.id) ?? line.id,
  };
  // Members that Wazuh writes keep their places; OSSEC's flat fields are where Wazuh has them, in `data`.
  const alert: Alert = { ...value, ...known, ...flatFields(value) };
  const facts = { id: rule.id, level: rule.level, groupString: groupStringOf(alert), noActiveResponse: false };
  return { alert, rule: facts, timeMs };
}

function parseRule(value: JsonObject): (AlertRule & { readonly level: number }) | string {
  const id = textOf(value.id) ?? textOf(value.sidid);
  if (id === undefined || !/^\d{1,10}$/.test(id)) return 'no rule.id';
  const level = numberOf(value.level);
  if (level === undefined || level < 0 || level > 16) return 'no rule.level from 0 to 16';
  const groups = textsOf(value.groups) ?? textsOf(value.group) ?? [];
  // Compliance arrays keep their order: it is that of the rule's group string. OSSEC writes their names in capitals.
  const members = Object.entries(value).map(([member, content]): [string, JsonValue] | undefined => {
    const scheme = complianceSchemes.find((each) => each === member.toLowerCase());
    if (scheme === undefined) return [member, content];
    const texts = textsOf(content);
    return texts === undefined ? undefined : [scheme, [...texts]];
  });
  return {
    ...Object.fromEntries(members.filter((each) => each !== undefined)),
    level,
    description: textOf(value.description) ?? textOf(value.comment) ?? '',
    id,
    groups,
  };
}

function parseAgent(value: JsonObject): AlertAgent {
  const agent = isObject(value.agent) ? value.agent : {};
  const id = textOf(agent.id) ?? '000';
  const name = textOf(agent.name) ?? textOf(value.agent_name);
  const ip = textOf(agent.ip) ?? textOf(value.agentip);
  return {
    ...agent,
    id: /^\d{1,2}$/.test(id) ? id.padStart(3, '0') : id,
    ...(name === undefined ? {} : { name }),
    ...(ip === undefined ? {} : { ip }),
  };
}

const flatNames = [
  'srcip',
  'dstip',
  'srcport',
  'dstport',
  'srcuser',
  'dstuser',
  'protocol',
  'action',
  'status',
  'url',
  'systemname',
  'command',
];

/** OSSEC has the decoded fields beside the rule, and its decoder as a word. Nothing is added where `data` is an object already. */
function flatFields(value: JsonObject): { data?: JsonObject; decoder?: { name: string } } {
  const decoder = typeof value.decoder === 'string' ? { decoder: { name: value.decoder } } : {};
  if (isObject(value.data)) return decoder;
  const fields: [string, JsonValue][] = [];
  for (const name of flatNames) {
    const text = textOf(value[name]);
    if (text !== undefined) fields.push([name, text]);
  }
  const extra = textOf(value.data);
  if (extra !== undefined) fields.push(['data', extra]);
  return fields.length === 0 ? decoder : { ...decoder, data: Object.fromEntries(fields) };
}

/** `2026-11-24T06:39:28.123+0000`, or OSSEC's `TimeStamp` in ms. */
function timeOf(value: JsonObject): number | undefined {
  if (typeof value.timestamp === 'string') {
    // The zone has no colon, which Date does not read everywhere.
    const time = Date.parse(value.timestamp.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
    if (!Number.isNaN(time)) return time;
  }
  const stamp = value.TimeStamp;
  return typeof stamp === 'number' && stamp > 0 && stamp < 8e15 ? stamp : undefined;
}

function formatTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

function numberOf(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

/** An array of texts; also `a,b,` as OSSEC writes it. */
function textsOf(value: JsonValue | undefined): readonly string[] | undefined {
  if (typeof value === 'string') return value.split(',').filter((each) => each !== '');
  if (!Array.isArray(value)) return undefined;
  return value.map(textOf).filter((each) => each !== undefined);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
