// First time seen: combinations of fields that were never there before. // spec ruleset §7.4
import { copyText } from '../bytes.ts';
import type { Decoder } from '../decoders/decoder.ts';
import type { Event } from '../event.ts';
import { slot } from '../fields.ts';

const lineLimit = 255;
const recentLines = 32;
const shortLength = 14;
const similarEnough = 3;
/** In the order of the line. */
const lineSlots = [slot.id, slot.dstuser, slot.srcuser, slot.srcip, slot.dstip, slot.data, slot.system_name] as const;
/** Lines come from logs: beyond this the oldest are forgotten. */
const remembered = 100_000;

export class FirstSeenMemory {
  private readonly lines = new Set<string>();
  private readonly recent: string[] = [];
  private added: string[] = [];

  /** Remembers the combination; true where it was new. */
  isNew(event: Event): boolean {
    const { decoder } = event;
    if (decoder?.firstSeen === undefined) return false;
    const whole = lineOf(event, decoder, decoder.firstSeen);
    if (this.lines.has(whole)) return false;
    const line = event.category === 'ids' && this.isCommon(whole) ? whole.slice(0, shortLength) : whole;
    if (this.lines.has(line)) return false;
    this.remember(line);
    this.added.push(line);
    return true;
  }

  /** Several of the lines remembered last begin alike, beyond what a cut line has. */
  private isCommon(line: string): boolean {
    const start = line.slice(0, shortLength + 1);
    if (start.length <= shortLength) return false;
    return this.recent.filter((other) => other.startsWith(start)).length >= similarEnough;
  }

  private remember(line: string): void {
    this.lines.add(line);
    this.recent.push(line);
    if (this.recent.length > recentLines) this.recent.shift();
    if (this.lines.size <= remembered) return;
    for (const oldest of this.lines) {
      this.lines.delete(oldest);
      return;
    }
  }

  /** Lines remembered since the last call. */
  takeAdded(): string[] {
    const { added } = this;
    this.added = [];
    return added;
  }

  all(): string[] {
    return [...this.lines];
  }

  restore(lines: readonly string[]): void {
    for (const line of lines) this.remember(line);
  }
}

function lineOf(event: Event, decoder: Decoder, fields: NonNullable<Decoder['firstSeen']>): string {
  const parts = [fields.name ? decoder.name : ''];
  for (const index of lineSlots) parts.push(fields.slots.has(index) ? (event.statics[index] ?? '') : '');
  parts.push(fields.location ? event.location : '');
  for (const name of fields.dynamic) parts.push(event.findDynamic(name) ?? '');
  const line = parts.join(' ');
  return line.length > lineLimit ? copyText(line.slice(0, lineLimit)) : line;
}
