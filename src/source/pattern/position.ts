// What is remembered of a pattern: where each of its files stands, and when that was.
import type { SourcePosition } from '../source.ts';

export interface SavedPattern {
  /** Wall clock, ms. */
  readonly atMs: number;
  readonly files: readonly (readonly [path: string, position: SourcePosition])[];
}

/** Undefined where the value is not a position, or that of another pattern: the source is then one never seen before. */
export function parsePatternPosition(value: SourcePosition | undefined, pattern: string): SavedPattern | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { pattern: saved, atMs, files } = value;
  if (saved !== pattern || typeof atMs !== 'number') return undefined;
  if (typeof files !== 'object' || files === null || Array.isArray(files)) return undefined;
  return { atMs, files: Object.entries(files).map(([path, position]) => [path, position ?? null] as const) };
}
