// Wazuh's XML dialect: one reader for ossec.conf, decoders and rules, with a position for everything. // spec ruleset §2
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
}

export interface DialectDocument {
  readonly roots: readonly DialectElement[];
  /** At most one error: what follows a broken tag cannot be read with any certainty. */
  readonly problems: readonly Problem[];
}

/** Reads a whole file. Never throws: a file that cannot be read as the dialect gives a problem. */
export function parseDialect(_text: string, _file: string): DialectDocument {
  throw new Error('being written');
}
