// Folded texts without which a PCRE2 pattern cannot match: what an index and a pre-filter need.
import { foldedByteOf } from './byte-sets.ts';
import type { Node } from './pcre2-ast.ts';

/** One of `anyOf` occurs in the folded form of every matching text; undefined where nothing can be said. */
export function requiredLiterals(root: Node): readonly string[] | undefined {
  const found: string[][] = [];
  let run = '';
  const closeRun = (): void => {
    if (run !== '') found.push([run]);
    run = '';
  };
  const visit = (node: Node): void => {
    switch (node.type) {
      case 'set': {
        const byte = foldedByteOf(node.set);
        if (byte === undefined) closeRun();
        else run += String.fromCharCode(byte);
        break;
      }
      case 'sequence':
        for (const item of node.items) visit(item);
        break;
      case 'capture':
      case 'atomic':
        visit(node.body);
        break;
      case 'alternation': {
        closeRun();
        const options = node.options.map(requiredLiterals);
        if (options.every((option) => option !== undefined)) found.push(options.flat());
        break;
      }
      case 'repeat':
        closeRun();
        if (node.min > 0) visit(node.body);
        closeRun();
        break;
      case 'backreference':
        closeRun();
        break;
      // Assertions consume nothing: what stands on either side is adjacent in the text.
      case 'look':
      case 'assertion':
        break;
    }
  };
  visit(root);
  closeRun();
  return pickBest(found);
}

/** A single text before a choice of texts, a long one before a short one. */
function pickBest(found: readonly string[][]): readonly string[] | undefined {
  const score = (texts: readonly string[]): number =>
    Math.min(...texts.map((text) => text.length)) * 1000 - texts.length;
  const single = found.filter((texts) => texts.length === 1);
  const candidates = single.length > 0 ? single : found;
  return candidates.reduce<readonly string[] | undefined>(
    (best, texts) => (best === undefined || score(texts) > score(best) ? texts : best),
    undefined,
  );
}
