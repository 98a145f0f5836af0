// Follows every file that a pattern names: those that are there, those that come, and with a date in the pattern one after another.
import { basename } from 'node:path';
import type { Clock, Timer } from '../../system/clock.ts';
import type { LogMessage } from '../message.ts';
import type { Source, SourceHandlers, SourcePosition } from '../source.ts';
import { createTailSource } from '../tail/tailer.ts';
import { expandPattern } from './expand.ts';
import { parsePatternPosition, type SavedPattern } from './position.ts';
import { formatDate, hasDate } from './strftime.ts';

export interface PatternOptions {
  /** Absolute, with what glob(3) and strftime(3) replace. */
  readonly pattern: string;
  /** Absolute, with what glob(3) replaces: files that are left out. */
  readonly exclude?: string | undefined;
  readonly position?: SourcePosition | undefined;
  readonly clock: Clock;
  /** Why a file that the pattern names must not be read; `undefined` where it may be. */
  readonly refuse: (path: string) => string | undefined;
  /** False where another source reads this file already; else nobody else gets it until it is released. */
  readonly claim: (path: string) => boolean;
  readonly release: (path: string) => void;
}

interface Followed {
  readonly source: Source;
  /** The pattern does not name it any more since then, by the monotonic clock, ms. */
  unnamedSinceMs: number | undefined;
}

const lookEveryMs = 1000;
/** A file that the pattern does not name any more is read until this long after. */
const unnamedMs = 60_000;
const hourMs = 3_600_000;
const mostHours = 24 * 400;
/** Files of one pattern. */
const mostFiles = 1000;

/**
 * A source over the files of a pattern. At the first start the files that are there are read from their ends; files that come later, or came while nobody
 * read, from their beginnings. What a rotation leaves beside a file that is read (`app.log.1`, `app.log-20261124`), and what is compressed, is not read.
 */
export function createPatternSource(options: PatternOptions, handlers: SourceHandlers<LogMessage>): Source {
  return new PatternSource(options, handlers);
}

class PatternSource implements Source {
  readonly location: string;
  private readonly options: PatternOptions;
  private readonly handlers: SourceHandlers<LogMessage>;
  private readonly saved: SavedPattern | undefined;
  private readonly followed = new Map<string, Followed>();
  /** Behind the last batch of each file that was consumed. */
  private readonly consumed = new Map<string, () => SourcePosition>();
  /** Where files stood that were let go of: a folder may only have been away for a while. */
  private readonly left = new Map<string, SourcePosition>();
  /** Files that are being let go of. */
  private readonly leaving = new Set<Promise<void>>();
  private readonly told = new Set<string>();
  private turn: Promise<void> | undefined;
  private timer: Timer | undefined;
  private isStopping = false;

  constructor(options: PatternOptions, handlers: SourceHandlers<LogMessage>) {
    this.location = options.pattern;
    this.options = options;
    this.handlers = handlers;
    this.saved = parsePatternPosition(options.position, options.pattern);
  }

  start(): void {
    const { saved } = this;
    for (const [path, position] of saved?.files ?? []) this.follow(path, position);
    for (const path of this.namedSince(saved?.atMs))
      this.follow(path, saved === undefined ? undefined : fromStart(path));
    this.watch();
  }

  async finish(): Promise<void> {
    this.look();
    this.timer?.cancel();
    this.isStopping = true;
    await Promise.all([...[...this.followed.values()].map(({ source }) => source.finish()), ...this.leaving]);
    this.letGo();
  }

  async stop(): Promise<void> {
    this.timer?.cancel();
    this.isStopping = true;
    await Promise.all([...[...this.followed.values()].map(({ source }) => source.stop()), ...this.leaving]);
    this.letGo();
  }

  position(): SourcePosition {
    const files = [...this.followed].map(([path, { source }]) => [path, source.position()] as const);
    return this.describe(files);
  }

  private describe(files: Iterable<readonly [string, SourcePosition]>): SourcePosition {
    const known = [...files].filter(([, position]) => position !== null);
    return { pattern: this.location, atMs: this.options.clock.nowMs(), files: Object.fromEntries(known) };
  }

  private letGo(): void {
    for (const path of this.followed.keys()) this.options.release(path);
  }

  private watch(): void {
    this.timer = this.options.clock.after(lookEveryMs, () => {
      this.look();
      if (!this.isStopping) this.watch();
    });
  }

  private look(): void {
    const named = new Set(this.namedSince(undefined));
    for (const path of named) this.follow(path, this.left.get(path) ?? fromStart(path));
    const nowMs = this.options.clock.ticksMs();
    for (const [path, each] of this.followed) {
      if (named.has(path)) each.unnamedSinceMs = undefined;
      else each.unnamedSinceMs ??= nowMs;
      if (each.unnamedSinceMs !== undefined && nowMs - each.unnamedSinceMs > unnamedMs) this.drop(path, each);
    }
  }

  /** With a date in the pattern also the files of the hours since `sinceMs`. */
  private namedSince(sinceMs: number | undefined): string[] {
    const { pattern, exclude, clock } = this.options;
    const nowMs = clock.nowMs();
    const names = new Set<string>();
    if (sinceMs !== undefined && hasDate(pattern)) {
      const from = Math.max(sinceMs, nowMs - mostHours * hourMs);
      for (let atMs = from; atMs < nowMs; atMs += hourMs) names.add(formatDate(pattern, atMs));
    }
    names.add(formatDate(pattern, nowMs));
    const excluded = new Set(exclude === undefined ? [] : expandPattern(exclude, Number.POSITIVE_INFINITY));
    const all = [...names].flatMap((name) => expandPattern(name, Number.POSITIVE_INFINITY));
    const found = new Set(all.filter((path) => !excluded.has(path)));
    return [...found].filter((path) => !isLeftByRotation(path, (base) => found.has(base) || this.followed.has(base)));
  }

  private follow(path: string, position: SourcePosition | undefined): void {
    if (this.followed.has(path) || this.isStopping) return;
    const { clock, refuse, claim } = this.options;
    if (this.followed.size >= mostFiles) {
      this.tellOnce(`more than ${mostFiles} files: the others are not read, ${path} for one`);
      return;
    }
    const refusal = refuse(path);
    if (refusal !== undefined) {
      this.tellOnce(refusal);
      return;
    }
    if (!claim(path)) return;
    const source = createTailSource({ path, position, clock }, this.handlersOf(path));
    this.followed.set(path, { source, unnamedSinceMs: undefined });
    source.start();
  }

  private drop(path: string, { source }: Followed): void {
    this.followed.delete(path);
    const leaving = source.finish().then(() => {
      this.remember(path, source.position());
      this.consumed.delete(path);
      this.options.release(path);
      this.leaving.delete(leaving);
    });
    this.leaving.add(leaving);
  }

  private remember(path: string, position: SourcePosition): void {
    this.left.delete(path);
    this.left.set(path, position);
    for (const oldest of this.left.keys()) {
      if (this.left.size <= mostFiles) return;
      this.left.delete(oldest);
    }
  }

  private handlersOf(path: string): SourceHandlers<LogMessage> {
    return {
      onTrouble: (trouble) => this.handlers.onTrouble(trouble),
      onBatch: (messages, after) => this.inTurn(() => this.take(path, messages, after)),
    };
  }

  /** Those who take the batches of a source take one at a time. */
  private inTurn(work: () => void | Promise<void>): void | Promise<void> {
    if (this.turn !== undefined) {
      const next = this.turn.then(work);
      this.occupy(next);
      return next;
    }
    const result = work();
    if (result instanceof Promise) this.occupy(result);
    return result;
  }

  private occupy(work: Promise<void>): void {
    const turn = work.then(
      () => undefined,
      () => undefined,
    );
    this.turn = turn;
    void turn.then(() => {
      if (this.turn === turn) this.turn = undefined;
    });
  }

  private take(path: string, messages: readonly LogMessage[], after: () => SourcePosition): void | Promise<void> {
    const result = this.handlers.onBatch(messages, () => this.positionWith(path, after));
    if (!(result instanceof Promise)) {
      this.consumed.set(path, after);
      return undefined;
    }
    return result.then(() => {
      this.consumed.set(path, after);
    });
  }

  /** Of the other files what had been consumed, or where they began. */
  private positionWith(path: string, after: () => SourcePosition): SourcePosition {
    const files = new Map<string, SourcePosition>();
    for (const [other, { source }] of this.followed)
      files.set(other, this.consumed.get(other)?.() ?? source.position());
    files.set(path, after());
    return this.describe(files);
  }

  private tellOnce(message: string): void {
    if (this.told.has(message)) return;
    this.told.add(message);
    this.handlers.onTrouble({ location: this.location, kind: 'unreadable', message: `${this.location}: ${message}` });
  }
}

/** The position of a file that nobody has read yet: from its first byte. */
function fromStart(path: string): SourcePosition {
  return { path, generation: 0, files: [] };
}

const compressed = /\.(?:gz|bz2|xz|zst|lz4|Z|zip)$/;
const rotated = /^(.+?)(?:\.\d{1,4}|[.-]\d{8}(?:[-_T]?\d{2,6})*)$/;

function isLeftByRotation(path: string, isRead: (path: string) => boolean): boolean {
  const name = basename(path);
  if (compressed.test(name)) return true;
  const base = rotated.exec(name)?.[1];
  return base !== undefined && isRead(path.slice(0, path.length - name.length) + base);
}
