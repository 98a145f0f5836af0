// Compiles src/ to dist/ where dist/ is missing or older than a source file. Prints nothing when there is nothing to do.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', '.built');

function newestChange() {
  let newest = statSync(join(root, 'tsconfig.build.json')).mtimeMs;
  for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })) {
    newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return newest;
}

/** Builds if needed. Throws with the compiler's output on standard error when a source file does not compile. */
export function build() {
  if (!existsSync(join(root, 'src'))) return;
  const changed = newestChange();
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= changed) return;
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(compiler)) {
    throw new Error(`riposte has to be compiled and the compiler is missing: run "npm ci" in ${root}`);
  }
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  writeFileSync(stamp, '');
  utimesSync(stamp, new Date(), new Date(Math.max(Date.now(), changed)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
