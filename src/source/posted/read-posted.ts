// The body of a request → the alerts in it: one object, an array of them, or one a line.
import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../alert/alert.ts';
import type { AlertMapping } from '../../alert/alert-mapping.ts';
import type { AlertMessage } from '../alerts-json/alerts-source.ts';
import { parseAlert } from '../alerts-json/parse-alert.ts';
import { mapAlerts } from './map-alert.ts';

export interface PostedInput {
  /** UTF-8. */
  readonly body: Buffer;
  /** Undefined: they have Wazuh's form. */
  readonly mapping: { readonly name: string; readonly mapping: AlertMapping } | undefined;
  /** Wall clock, ms. */
  readonly nowMs: number;
  /** Different for each request: for alerts that say neither who they are nor when. */
  readonly requestId: string;
}

export interface Posted {
  readonly alerts: readonly AlertMessage[];
  /** Not alerts by the conditions of the mapping. */
  readonly passedOver: number;
  readonly refused: readonly { readonly index: number; readonly reason: string }[];
}

/** What messages have as their location. */
export const postedLocation = 'http';

/** A text says why nothing of it can be read. */
export function readPosted({ body, mapping, nowMs, requestId }: PostedInput): Posted | string {
  const values = parseBody(body.toString('utf8'));
  if (typeof values === 'string') return values;
  const mapped = values.flatMap((value) =>
    mapping === undefined ? [value] : mapAlerts(value, mapping.name, mapping.mapping),
  );
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 24);
  const alerts: AlertMessage[] = [];
  const refused: { index: number; reason: string }[] = [];
  let passedOver = 0;
  for (const [index, value] of mapped.entries()) {
    if (value === undefined) passedOver += 1;
    else {
      const read = typeof value === 'string' ? value : readAlert(value, { nowMs, index, digest, requestId });
      if (typeof read === 'string') refused.push({ index, reason: read });
      else alerts.push(read);
    }
  }
  return { alerts, passedOver, refused };
}

function parseBody(text: string): readonly JsonValue[] | string {
  try {
    const value = JSON.parse(text) as JsonValue;
    return Array.isArray(value) ? value : [value];
  } catch {
    // Perhaps one a line.
  }
  const values: JsonValue[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      values.push(JSON.parse(line) as JsonValue);
    } catch {
      return `line ${index + 1} is not JSON`;
    }
  }
  return values.length === 0 ? 'there is nothing in it' : values;
}

interface Place {
  readonly nowMs: number;
  readonly index: number;
  readonly digest: string;
  readonly requestId: string;
}

/** What is sent once more, because its answer was lost, is the same alert; what says no time of its own is another each time. */
function readAlert(value: JsonValue, { nowMs, index, digest, requestId }: Place): AlertMessage | string {
  if (!isObject(value)) return 'not a JSON object';
  const hasTime = value.timestamp !== undefined || value.TimeStamp !== undefined;
  const id = `${postedLocation}.${hasTime ? digest : requestId}.${index}`;
  const parsed = parseAlert(value, { id, nowMs });
  if (typeof parsed === 'string') return parsed;
  const timeMs = Math.min(parsed.timeMs ?? nowMs, nowMs);
  return { id, location: postedLocation, timeMs, alert: parsed.alert, rule: parsed.rule };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
