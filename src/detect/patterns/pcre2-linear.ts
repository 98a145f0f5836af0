// Which engine may run a pattern: the runtime's, which is fast, or our own, which counts its steps.
import { setFlagsFromString } from 'node:v8';
import type { Node } from './pcre2-ast.ts';
import { safeLength } from './pcre2-growth.ts';

// A run that goes back too often is finished by V8's linear engine, where that engine can run the pattern. Set at run time
// the flags cost nothing elsewhere; they hold for the RegExps made after them, so they must stand before any of a ruleset.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
// V8 waits for 50,000 by itself. Between two that it counts it may go once through the text: half a second for 8 KiB.
setFlagsFromString('--regexp-backtracks-before-fallback=4000');
// Gives the flag `l`, by which a pattern can be asked whether the linear engine can run it.
setFlagsFromString('--enable-experimental-regexp-engine');

/** Steps of V8's engine that no text may cost more than, some milliseconds. What a text really costs is far less mostly. */
const nativeSteps = 2_000_000;
/** For patterns that V8 can finish linearly: up to 4000 times through the text, ten milliseconds. */
const longestLinear = 2048;
/** The linear engine's time is length of the text × size of the pattern: the pattern may not be large. */
const largestLinear = 4000;

/** Length of the longest text, bytes, that V8 finishes in bounded time whatever it holds. `source`: the pattern as a RegExp. */
export function longestForNative(root: Node, source: string): number {
  const safe = safeLength(root, nativeSteps);
  return safe < longestLinear && source.length <= largestLinear && isLinear(source) ? longestLinear : safe;
}

/** No lookaround, no references, no counts above 16. */
function isLinear(source: string): boolean {
  try {
    new RegExp(source, 'gl');
    return true;
  } catch {
    return false;
  }
}
