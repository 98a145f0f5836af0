// Every rule that ships has lines that make it fire and lines that do not: ruleset/samples/*.yaml.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadShipped, rulesetFolder, runSession, startShipped, type TimedLine } from './shipped.ts';
import { windowsEventSchema, windowsEventText } from './windows-event.ts';

const lineSchema = z.union([
  z.string(),
  windowsEventSchema.transform((event) => ({ windowsEvent: windowsEventText(event) })),
]);
const sessionSchema = z.union([
  lineSchema,
  z.strictObject({ repeat: z.int().min(1), every: z.number(), line: lineSchema }),
  z.strictObject({ lines: z.array(z.tuple([z.number(), lineSchema])).min(1) }),
]);
const samplesSchema = z.record(
  z.string().regex(/^\d+$/),
  z.strictObject({ match: z.array(sessionSchema).min(1), no_match: z.array(sessionSchema).min(1) }),
);

type Session = z.infer<typeof sessionSchema>;

function linesOf(session: Session): TimedLine[] {
  if (typeof session === 'string' || 'windowsEvent' in session) return [[0, session]];
  if ('lines' in session) return session.lines;
  return Array.from({ length: session.repeat }, (_, index): TimedLine => [index * session.every, session.line]);
}

const folder = join(rulesetFolder, 'samples');
const samples = readdirSync(folder).flatMap((name) =>
  Object.entries(samplesSchema.parse(parse(readFileSync(join(folder, name), 'utf8')))),
);
const loaded = loadShipped();

function firedBy(session: Session): string {
  return runSession(startShipped(loaded), linesOf(session)).rule?.id ?? 'none';
}

describe('the shipped ruleset', () => {
  it('loads without a single problem', () => {
    expect(loaded.problems).toEqual([]);
  });

  it('has samples for every rule that can fire', () => {
    const sampled = new Set(samples.map(([id]) => id));
    const firing = loaded.ruleset?.rules.rules.filter((rule) => !rule.definition.noAlert);
    expect(firing?.map((rule) => rule.id).filter((id) => !sampled.has(id))).toEqual([]);
  });

  it('has samples only for rules that exist, each once', () => {
    const ids = samples.map(([id]) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const known = new Set(loaded.ruleset?.rules.rules.map((rule) => rule.id));
    expect(ids.filter((id) => !known.has(id))).toEqual([]);
  });
});

describe.each(samples)('rule %s', (id, { match, no_match }) => {
  it('fires', () => {
    const wrong = match.map((session) => ({ session, fired: firedBy(session) })).filter(({ fired }) => fired !== id);
    expect(wrong).toEqual([]);
  });

  it('does not fire', () => {
    expect(no_match.filter((session) => firedBy(session) === id)).toEqual([]);
  });
});
