// Alerts that are posted: read, answered, and stored before their sender is told so.
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AlertMappings, knownMappings } from '../config/alert-mappings.ts';
import type { Refusal, TakenAlerts } from '../serve/alert-server.ts';
import { readPosted } from '../source/posted/read-posted.ts';
import type { Checkpointer } from './checkpointer.ts';
import type { Pipeline } from './pipeline.ts';

export interface PostedAlertsDeps {
  readonly pipeline: Pick<Pipeline, 'takeAlert'>;
  readonly checkpointer: Pick<Checkpointer, 'store'>;
  /** Of the settings; they come before those that are known without them. */
  readonly mappings: () => AlertMappings;
  readonly nowMs: () => number;
  readonly newRequestId: () => string;
  /** Resolves when what else is due in this turn of the event loop has been done. */
  readonly turn: () => Promise<void>;
}

export function createPostedAlerts(
  deps: PostedAlertsDeps,
): (body: Buffer, name: string | undefined) => Promise<TakenAlerts | Refusal> {
  const { pipeline, checkpointer, nowMs, newRequestId, turn } = deps;
  let storing: Promise<void> | undefined;

  /** Requests that come together share a flush to the disk. */
  function untilStored(): Promise<void> {
    storing ??= turn().then(() => {
      storing = undefined;
      checkpointer.store();
    });
    return storing;
  }

  function findMapping(name: string) {
    const mapping = deps.mappings().get(name) ?? knownMappings.get(name);
    return mapping === undefined ? undefined : { name, mapping };
  }

  return async (body, name) => {
    const mapping = name === undefined ? undefined : findMapping(name);
    if (name !== undefined && mapping === undefined) {
      const names = [...new Set([...deps.mappings().keys(), ...knownMappings.keys()])].join(', ');
      return { status: 404, error: `there is no mapping ${name}: ${names}` };
    }
    const read = readPosted({ body, mapping, nowMs: nowMs(), requestId: newRequestId() });
    if (typeof read === 'string') return { status: 400, error: read };
    const { alerts, passedOver, refused } = read;
    for (const { alert, rule, timeMs } of alerts) pipeline.takeAlert(alert, rule, timeMs);
    if (alerts.length > 0) await untilStored();
    return { accepted: alerts.length, passedOver, refused };
  };
}

/** The token in the file, which is made where there is none. Throws where it cannot be read, is too short to be one, or anyone may read it. */
export function readToken(path: string): string {
  try {
    writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    chmodSync(path, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const { mode } = statSync(path);
  if ((mode & 0o007) !== 0)
    throw new Error(`${path} can be read or written by anyone (mode ${(mode & 0o777).toString(8)})`);
  const token = readFileSync(path, 'utf8').trim();
  if (!/^[\x21-\x7e]{16,}$/.test(token))
    throw new Error(`${path} must hold a token of 16 characters or more, without blanks`);
  return token;
}
