// Which file or built-in an `<executable>` means. // spec active-response §3
import { posix } from 'node:path';

export type ResolvedExecutable =
  | { readonly kind: 'script'; readonly file: string }
  | { readonly kind: 'built-in'; readonly name: string }
  /** Several files share the stem; `files` is sorted. */
  | { readonly kind: 'ambiguous'; readonly files: readonly string[] }
  | { readonly kind: 'missing' };

/**
 * The file of exactly that name; else the one file whose name without its extension is that; else the built-in. A file
 * always wins over a built-in, so that a user can put an own script in its place. Pure.
 */
export function resolveExecutable(
  executable: string,
  filesInBin: readonly string[],
  builtIns: readonly string[],
): ResolvedExecutable {
  if (filesInBin.includes(executable)) return { kind: 'script', file: executable };
  const sameStem = filesInBin.filter((file) => getStem(file) === executable).sort();
  const [first, second] = sameStem;
  if (first !== undefined) {
    return second === undefined ? { kind: 'script', file: first } : { kind: 'ambiguous', files: sameStem };
  }
  return builtIns.includes(executable) ? { kind: 'built-in', name: executable } : { kind: 'missing' };
}

/** The name without its last extension; a leading dot begins no extension. */
function getStem(file: string): string {
  return file.slice(0, file.length - posix.extname(file).length);
}
