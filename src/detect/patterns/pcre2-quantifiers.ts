// Quantifiers of PCRE2: `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`.
import type { Reader } from './pcre2-reader.ts';

const maxRepeat = 65_535;

/** Undefined where no quantifier comes next. */
export function takeBounds(reader: Reader): { readonly min: number; readonly max: number } | undefined {
  if (reader.take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
  if (reader.take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
  if (reader.take('?')) return { min: 0, max: 1 };
  // Anything else in braces, `{,n}` among it, is literal text.
  const braces = reader.takeMatch(/\{([0-9]+)(,?)([0-9]*)\}/y);
  if (braces === undefined) return undefined;
  const [, low = '', comma = '', high = ''] = braces;
  if (comma === '' && high !== '') return reader.fail('malformed quantifier');
  const min = Number(low);
  const max = comma === '' ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high);
  if (min > maxRepeat || (Number.isFinite(max) && max > maxRepeat))
    reader.fail(`a repeat count is limited to ${maxRepeat}`);
  if (max < min) reader.fail('repeat counts out of order');
  return { min, max };
}
