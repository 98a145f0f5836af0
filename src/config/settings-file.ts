// Reads `etc/riposte.yaml` as keys and values with their positions; what they mean is not asked here.
import { type Document, isMap, isNode, isScalar, LineCounter, type Pair, parseDocument } from 'yaml';
import type { Position } from './position.ts';
import type { ProblemList } from './problem-list.ts';

export interface FileEntry {
  readonly key: string;
  readonly value: unknown;
  readonly keyPosition: Position;
  readonly valuePosition: Position;
}

/** The entries in file order; none, with errors, where the text is not a YAML mapping. */
export function readSettingsFile(text: string, file: string, problems: ProblemList): readonly FileEntry[] {
  const lines = new LineCounter();
  const locate = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  for (const error of document.errors) problems.addError(locate(error.pos[0]), `${describe(error)}.`);
  for (const warning of document.warnings) problems.addError(locate(warning.pos[0]), `${describe(warning)}.`);
  const { contents } = document;
  if (document.errors.length > 0 || contents === null || isEmpty(contents)) return [];
  if (!isMap(contents)) {
    problems.addError(locate(contents.range?.[0] ?? 0), 'this file must hold settings as lines "key: value".');
    return [];
  }
  const entries = contents.items.map((pair) => readEntry(pair, { document, locate, problems }));
  return entries.filter((entry) => entry !== undefined);
}

/** A start marker with nothing behind it, or `null`. */
function isEmpty(contents: unknown): boolean {
  return isScalar(contents) && contents.value === null;
}

function describe(error: { readonly code: string; readonly message: string }): string {
  if (error.code === 'DUPLICATE_KEY') return 'this setting is given twice: keep one';
  return `this is not YAML: ${error.message.replace(/\.$/, '')}`;
}

interface Reading {
  readonly document: Document;
  readonly locate: (offset: number) => Position;
  readonly problems: ProblemList;
}

function readEntry(pair: Pair, { document, locate, problems }: Reading): FileEntry | undefined {
  const keyOffset = isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
  const valueOffset = isNode(pair.value) ? (pair.value.range?.[0] ?? keyOffset) : keyOffset;
  const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
  try {
    const value = isNode(pair.value) ? pair.value.toJS(document) : pair.value;
    return { key, value, keyPosition: locate(keyOffset), valuePosition: locate(valueOffset) };
  } catch {
    // The library throws for an alias without anchor and for one that unfolds without end.
    problems.addError(locate(valueOffset), 'this alias cannot be resolved: write the value itself.');
    return undefined;
  }
}
