// Every so many lines of a file are one message: `log_format` `multi-line:N`.
import type { JsonObject, JsonValue } from '../alert/alert.ts';
import type { LogMessage } from './message.ts';
import type { Source, SourceHandlers, SourcePosition } from './source.ts';

type Line = Pick<LogMessage, 'id' | 'text' | 'timeMs'>;
/** By location: lines that wait for those after them. */
type Waiting = ReadonlyMap<string, readonly Line[]>;

/**
 * A source over another, which `create` makes from its own part of the position. The message has the id of its first line, the time of its last, and the
 * lines with a blank between them. Lines that wait are part of the position: none is lost or counted twice over a restart.
 */
export function createJoiningSource(
  lines: number,
  position: SourcePosition | undefined,
  create: (position: SourcePosition | undefined, handlers: SourceHandlers<LogMessage>) => Source,
  handlers: SourceHandlers<LogMessage>,
): Source {
  let waiting = parseWaiting(position, lines);
  const describe = (at: SourcePosition, waits: Waiting): SourcePosition =>
    at === null
      ? null
      : { lines, at, waiting: Object.fromEntries([...waits].map(([path, each]) => [path, toJson(each)])) };
  const source = create(positionOfLines(position), {
    onTrouble: (trouble) => handlers.onTrouble(trouble),
    onBatch(messages, after) {
      const { joined, waiting: left } = join(messages, waiting, lines);
      const settle = (): void => {
        waiting = left;
      };
      if (joined.length === 0) return settle();
      const result = handlers.onBatch(joined, () => describe(after(), left));
      return result instanceof Promise ? result.then(settle) : settle();
    },
  });
  return {
    location: source.location,
    start: () => source.start(),
    finish: () => source.finish(),
    stop: () => source.stop(),
    position: () => describe(source.position(), waiting),
  };
}

function join(
  messages: readonly LogMessage[],
  before: Waiting,
  lines: number,
): { joined: LogMessage[]; waiting: Waiting } {
  const waiting = new Map([...before].map(([path, each]) => [path, [...each]]));
  const joined: LogMessage[] = [];
  for (const message of messages) {
    const { location, id, text, timeMs } = message;
    const group = waiting.get(location) ?? [];
    group.push({ id, text, timeMs });
    if (group.length < lines) {
      waiting.set(location, group);
      continue;
    }
    waiting.delete(location);
    joined.push({ ...message, id: group[0]?.id ?? id, text: group.map((line) => line.text).join(' ') });
  }
  return { joined, waiting };
}

function toJson(lines: readonly Line[]): JsonValue {
  return lines.map(({ id, text, timeMs }) => ({ id, text, timeMs }));
}

/** Where the source of the lines stood, whether they were joined or not: the format of a file may change. */
export function positionOfLines(position: SourcePosition | undefined): SourcePosition | undefined {
  return isObject(position) && position.at !== undefined ? position.at : position;
}

/** Where another number of lines is joined now, those that waited are left out. */
function parseWaiting(value: SourcePosition | undefined, lines: number): Waiting {
  if (!isObject(value) || value.lines !== lines || !isObject(value.waiting)) return new Map();
  const groups = Object.entries(value.waiting).map(([path, each]) => [path, parseLines(each)] as const);
  return new Map(groups.filter(([, group]) => group.length > 0 && group.length < lines));
}

function parseLines(value: JsonValue | undefined): Line[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each) => {
    if (!isObject(each)) return [];
    const { id, text, timeMs } = each;
    return typeof id === 'string' && typeof text === 'string' && typeof timeMs === 'number'
      ? [{ id, text, timeMs }]
      : [];
  });
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
