// Shared by the tests of sources: temporary folders, and a consumer that can be waited for.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogMessage } from '../../src/source/message.ts';
import type { SourceHandlers, SourcePosition, SourceTrouble } from '../../src/source/source.ts';

export function makeFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'riposte-source-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Collector<Message> extends SourceHandlers<Message> {
  readonly messages: Message[];
  readonly troubles: SourceTrouble[];
  readonly positions: SourcePosition[];
  onBatch(messages: readonly Message[], after: () => SourcePosition): void;
  /** Resolves when that many messages have come in all; the test's own timeout ends a vain wait. */
  whenCount(count: number): Promise<void>;
  whenTroubles(count: number): Promise<void>;
}

export function collect<Message = LogMessage>(): Collector<Message> {
  const messages: Message[] = [];
  const troubles: SourceTrouble[] = [];
  const positions: SourcePosition[] = [];
  let waiting: { list: readonly unknown[]; count: number; resolve(): void }[] = [];
  const check = (): void => {
    for (const each of waiting) if (each.list.length >= each.count) each.resolve();
    waiting = waiting.filter((each) => each.list.length < each.count);
  };
  const when = (list: readonly unknown[], count: number): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ list, count, resolve });
      check();
    });
  return {
    messages,
    troubles,
    positions,
    onBatch: (batch, after) => {
      messages.push(...batch);
      positions.push(after());
      check();
    },
    onTrouble: (trouble) => {
      troubles.push(trouble);
      check();
    },
    whenCount: (count) => when(messages, count),
    whenTroubles: (count) => when(troubles, count),
  };
}

export function textsOf(collector: Collector<LogMessage>): string[] {
  return collector.messages.map((message) => message.text);
}
