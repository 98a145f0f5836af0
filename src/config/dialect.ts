// Wazuh's XML dialect: one reader for ossec.conf, decoders and rules, with a position for everything. // spec ruleset §2
import { DialectReader } from './dialect-reader.ts';
import type { Position, Problem } from './position.ts';

export interface DialectAttribute {
  readonly name: string;
  readonly value: string;
  readonly position: Position;
}

export interface DialectElement {
  readonly name: string;
  readonly attributes: readonly DialectAttribute[];
  /** The text between the tags, never trimmed, comments removed. Meaningless where there are children. */
  readonly content: string;
  readonly children: readonly DialectElement[];
  /** Of the opening `<`. */
  readonly position: Position;
  /** Of the first character of the content. */
  readonly contentPosition: Position;
  /** Where in `content` the last comment stood that was removed from it; undefined where there was none. */
  readonly commentAt?: number;
}

export interface DialectDocument {
  readonly roots: readonly DialectElement[];
  /** At most one error: what follows a broken tag cannot be read with any certainty. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a whole file. Never throws: a file that cannot be read as the dialect gives a problem, and the roots that were
 * complete before it.
 */
export function parseDialect(text: string, file: string): DialectDocument {
  return new DialectReader(text, file).read();
}
