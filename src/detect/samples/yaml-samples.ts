// Samples as YAML: for each rule, sessions that make it fire and sessions that do not.
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Position, Problem } from '../../config/position.ts';
import type { LogtestResult } from '../logtest-result.ts';
import type { Sample } from './sample.ts';
import type { TimedLine } from './session.ts';
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
type Session = z.infer<typeof sessionSchema>;

const ruleSchema = z.strictObject({ match: z.array(sessionSchema).min(1), no_match: z.array(sessionSchema).min(1) });
const samplesSchema = z.record(z.string().regex(/^\d+$/), ruleSchema);

export interface ReadSamples {
  readonly samples: readonly Sample[];
  /** Errors; there are no samples then. */
  readonly problems: readonly Problem[];
}

export function readYamlSamples(text: string, file: string): ReadSamples {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const place = (offset: number | undefined): Position => {
    const { line, col } = counter.linePos(offset ?? 0);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problemAt = (offset: number | undefined, message: string): Problem => ({
    severity: 'error',
    position: place(offset),
    message,
  });
  if (document.errors.length > 0) {
    return { samples: [], problems: document.errors.map(({ pos, message }) => problemAt(pos[0], message)) };
  }
  const parsed = samplesSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path }) => problemAt(offsetOf(document, path), explain(path)));
    return { samples: [], problems };
  }
  const samples = Object.entries(parsed.data).flatMap(([rule, { match, no_match }]) =>
    [
      { key: 'match', sessions: match, fires: true } as const,
      { key: 'no_match', sessions: no_match, fires: false } as const,
    ].flatMap(({ key, sessions, fires }) =>
      sessions.map((session, index) => toSample(rule, fires, session, place(offsetOf(document, [rule, key, index])))),
    ),
  );
  return { samples, problems: [] };
}

/** Of the key, where the path ends at one, or of the value. A key may be written as a number. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = document.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.source ?? key.value) === String(step));
      if (pair === undefined) break;
      offset = isNode(pair.key) ? pair.key.range?.[0] : offset;
      node = pair.value;
    } else {
      node = (node as { get?: (index: unknown, keep: boolean) => unknown } | undefined)?.get?.(step, true);
      offset = isNode(node) ? (node.range?.[0] ?? offset) : offset;
    }
  }
  return offset;
}

function explain(path: readonly PropertyKey[]): string {
  const [rule, list, index] = path;
  if (rule === undefined) return 'a file of samples is a map of rule ids, each with match and no_match.';
  if (!/^\d+$/.test(String(rule))) return `"${String(rule)}" is not the id of a rule.`;
  if (list === undefined || index === undefined) {
    return `rule ${String(rule)} needs match and no_match and nothing else, each a list with one session at least.`;
  }
  return 'a session is one line, or {repeat: N, every: SECONDS, line: …}, or {lines: [[SECONDS, line], …]}; a line is a text, or {eventchannel: CHANNEL, id: NUMBER, …}.';
}

function linesOf(session: Session): readonly TimedLine[] {
  if (typeof session === 'string' || 'windowsEvent' in session) return [[0, session]];
  if ('lines' in session) return session.lines;
  return Array.from({ length: session.repeat }, (_, index): TimedLine => [index * session.every, session.line]);
}

function toSample(rule: string, fires: boolean, session: Session, position: Position): Sample {
  const judge = (result: LogtestResult): string | undefined => {
    const fired = result.rule?.id;
    if ((fired === rule) === fires) return undefined;
    if (!fires) return `rule ${rule} fires, and it must not.`;
    return `rule ${rule} does not fire: ${fired === undefined ? 'no rule does' : `rule ${fired} does`}.`;
  };
  return { rule, fires, lines: linesOf(session), location: undefined, position, judge };
}
