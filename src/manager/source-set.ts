// The sources that a service reads now. A reload starts what is new and ends what is gone; the others read on undisturbed.
import type { Readable } from 'node:stream';
import type { JsonValue } from '../alert/alert.ts';
import { escapeControls } from '../alert/escape.ts';
import { type AlertMessage, createAlertsSource, readAlerts } from '../source/alerts-json/alerts-source.ts';
import { createCommandSource } from '../source/command-source.ts';
import { createJoiningSource, positionOfLines } from '../source/join-lines.ts';
import type { LogMessage } from '../source/message.ts';
import { createPatternSource } from '../source/pattern/pattern-source.ts';
import type { Source, SourceHandlers } from '../source/source.ts';
import { createStdinSource } from '../source/stdin.ts';
import { createTailSource } from '../source/tail/tailer.ts';
import type { Clock, Timer } from '../system/clock.ts';
import { createHostJournal } from './journal.ts';
import type { Pipeline } from './pipeline.ts';
import { runShell } from './run-shell.ts';
import { type PlannedSource, type SourceKind, stdinLocation } from './sources.ts';

export interface StdinInput {
  readonly input: Readable;
  /** Ten digits, different at each start. */
  readonly number: string;
}

export interface SourceSetDeps {
  readonly clock: Clock;
  readonly stdin: StdinInput;
  readonly pipeline: Pick<Pipeline, 'takeMessages' | 'takeAlert'>;
  /** Where each source was left, by location, what is not on the disk yet included. */
  readonly positions: () => ReadonlyMap<string, JsonValue>;
  readonly notePosition: (location: string, position: () => JsonValue) => void;
  /** `PROGRAM=UNIT`: who may write to the journal as whom, besides those that are known. */
  readonly journalSenders: () => readonly string[];
  /** One line for the operator. */
  readonly print: (line: string) => void;
}

export interface SourceSet {
  readonly locations: () => readonly string[];
  /** Reads those that are gone from the plan to where they end now, then stops them. */
  drop(plan: readonly PlannedSource[]): Promise<void>;
  /** Starts those that are new, where they were left; one never seen before at its end. */
  add(plan: readonly PlannedSource[]): void;
  /** Notes where each of them stands: one without new lines has a place to go back to as well. */
  notePositions(): void;
  stop(): Promise<void>;
}

/** Ms after which a source that was started has opened its files. */
const firstNoteMs = 500;

const nameOf = ({ kind, location, pattern, joinedLines, filters = [], command }: PlannedSource): string => {
  const wanted = filters.map((list) =>
    list.map(({ field, pattern, ignoreIfMissing }) => [field, pattern, ignoreIfMissing]),
  );
  return JSON.stringify([kind, location, pattern?.exclude, joinedLines, wanted, command]);
};

/** What they say is said once: there is nothing to go back to. */
function hasPosition(kind: SourceKind, location: string): boolean {
  return kind !== 'command' && location !== stdinLocation;
}

export function createSourceSet(deps: SourceSetDeps): SourceSet {
  const { clock, pipeline, print } = deps;
  const running = new Map<string, Source>();
  /** Files that patterns have found: each is read once. */
  const claimed = new Set<string>();
  let firstNote: Timer | undefined;

  /** A file without new lines has a place to go back to as well: what is written to it while we are down must be found. */
  function note(sources: Iterable<Source>): void {
    for (const source of sources) {
      const position = source.position();
      if (position !== null) deps.notePosition(source.location, () => position);
    }
  }

  function handlersOf<Message>(
    { kind, location }: PlannedSource,
    take: (messages: readonly Message[], onTaken: () => void) => void | Promise<void>,
  ): SourceHandlers<Message> {
    return {
      onTrouble: ({ message }) => print(escapeControls(message)),
      onBatch: (messages, after) =>
        take(messages, () => {
          if (hasPosition(kind, location)) deps.notePosition(location, after);
        }),
    };
  }

  const takeAlerts = (messages: readonly AlertMessage[], onTaken: () => void): void => {
    for (const { alert, rule, timeMs } of messages) pipeline.takeAlert(alert, rule, timeMs);
    onTaken();
  };

  /** False where it is read already. */
  function claim(path: string): boolean {
    if (claimed.has(path) || [...running.values()].some(({ location }) => location === path)) return false;
    claimed.add(path);
    return true;
  }

  function createSource(planned: PlannedSource, position: JsonValue | undefined): Source {
    const { kind, location, joinedLines } = planned;
    const lines = handlersOf<LogMessage>(planned, (messages, onTaken) => pipeline.takeMessages(messages, onTaken));
    const alerts = handlersOf(planned, takeAlerts);
    if (location === stdinLocation) {
      const onEnd = (): void => print('stdin: it has ended');
      return createStdinSource({ ...deps.stdin, clock, onEnd }, kind === 'alerts' ? readAlerts(clock, alerts) : lines);
    }
    if (planned.command !== undefined) {
      const { text, isWhole, everySeconds } = planned.command;
      const options = { command: text, name: location, isWhole, everySeconds, clock, run: runShell };
      return createCommandSource(options, lines);
    }
    if (kind === 'journal') {
      const senders = deps.journalSenders;
      return createHostJournal({ filters: planned.filters, senders, position, clock }, lines);
    }
    if (kind === 'alerts') return createAlertsSource({ path: location, clock, position }, alerts);
    const create = (at: JsonValue | undefined, taking: typeof lines): Source => createLogSource(planned, at, taking);
    return joinedLines === undefined
      ? create(positionOfLines(position), lines)
      : createJoiningSource(joinedLines, position, create, lines);
  }

  function createLogSource(
    { location, pattern }: PlannedSource,
    position: JsonValue | undefined,
    lines: SourceHandlers<LogMessage>,
  ): Source {
    if (pattern === undefined) return createTailSource({ path: location, clock, position }, lines);
    const release = (path: string): void => void claimed.delete(path);
    return createPatternSource({ ...pattern, pattern: location, clock, position, claim, release }, lines);
  }

  return {
    locations: () => [...running.values()].map(({ location }) => location),
    async drop(plan) {
      const wanted = new Set(plan.map(nameOf));
      const gone = [...running].filter(([name]) => !wanted.has(name));
      await Promise.all(gone.map(([, source]) => source.finish()));
      note(gone.map(([, source]) => source));
      for (const [name] of gone) running.delete(name);
    },
    add(plan) {
      const isNew = (planned: PlannedSource): boolean =>
        !running.has(nameOf(planned)) && !claimed.has(planned.location);
      // Files by their names before patterns, which may name them too.
      const added = plan
        .filter(isNew)
        .sort((a, b) => Number(a.pattern !== undefined) - Number(b.pattern !== undefined));
      if (added.length === 0) return;
      const positions = deps.positions();
      for (const planned of added) {
        const source = createSource(planned, positions.get(planned.location));
        running.set(nameOf(planned), source);
        source.start();
      }
      firstNote?.cancel();
      firstNote = clock.after(firstNoteMs, () => note(running.values()));
    },
    notePositions: () => note(running.values()),
    async stop() {
      firstNote?.cancel();
      await Promise.all([...running.values()].map((source) => source.stop()));
      note(running.values());
    },
  };
}
