// The agents of `logtest --agents FILE`: which endpoints there are, so that a response can name where it would run.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { errorText } from '../alert/error-text.ts';
import type { KnownAgent } from '../decide/facts.ts';
import { CommandFailure, exitStatus } from './exit-status.ts';

const agentsSchema = z.array(
  z.strictObject({
    id: z.string().regex(/^\d{3,}$/, 'must be an id such as "001"'),
    name: z.string().optional(),
    status: z.enum(['active', 'disconnected']),
  }),
);

/** `[{"id":"001","name":"web1","status":"active"}]`; the manager, 000, is always there and may be left out. */
export function readAgents(path: string): readonly KnownAgent[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CommandFailure(`${path}: ${errorText(error)}`, exitStatus.refused);
  }
  const parsed = agentsSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
    throw new CommandFailure(`${path}: not a list of agents: ${issue?.message}${where}`, exitStatus.refused);
  }
  return parsed.data.filter(({ id }) => id !== '000').map(({ id, status }) => ({ id, status }));
}
