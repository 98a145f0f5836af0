// What is mutated: the shipped ruleset and its samples, and, where RIPOSTE_REFERENCE_DATA is set, Wazuh's ruleset and recorded lines.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
export const shippedFolder = join(project, 'ruleset');
export const referenceFolder = process.env.RIPOSTE_REFERENCE_DATA;

/** @returns text by path relative to the folder: `decoders/x.xml`, `rules/y.xml` */
export function readRulesetFiles(folder) {
  const files = new Map();
  for (const kind of ['decoders', 'rules']) {
    const names = readdirSync(join(folder, kind)).filter((name) => name.endsWith('.xml'));
    for (const name of names.sort()) files.set(`${kind}/${name}`, readFileSync(join(folder, kind, name), 'latin1'));
  }
  return files;
}

function linesOf(session) {
  const lines = session.lines?.map(([, line]) => line) ?? [session.line ?? session];
  // An event of Windows is no line.
  return lines.map((line) => line.windowsEvent ?? line).filter((line) => typeof line === 'string');
}

export function readShippedLines() {
  const folder = join(shippedFolder, 'samples');
  const lines = readdirSync(folder).flatMap((name) => {
    const samples = parse(readFileSync(join(folder, name), 'utf8'));
    return Object.values(samples).flatMap(({ match = [], no_match: noMatch = [] }) =>
      [...match, ...noMatch].flatMap(linesOf),
    );
  });
  return lines.map((line) => Buffer.from(line).toString('latin1'));
}

/** Wazuh's ruleset and recorded lines; undefined without them. */
export function readReference() {
  const folder = referenceFolder === undefined ? undefined : join(referenceFolder, 'wazuh-4.14.7', 'ruleset');
  if (folder === undefined || !existsSync(folder)) return undefined;
  const recordings = gunzipSync(readFileSync(join(referenceFolder, 'recordings', 'corpus.jsonl.gz'))).toString();
  const lines = recordings
    .split('\n')
    .filter((row) => row !== '')
    .flatMap((row) => JSON.parse(row).lines)
    .map((line) => Buffer.from(line).toString('latin1'));
  return { files: readRulesetFiles(folder), lines };
}

/** Patterns of the shipped files, by language. */
export function patternsOf(files) {
  const found = { osregex: ['(\\S+)'], pcre2: ['(\\w+)'] };
  for (const text of files.values()) {
    for (const [, attributes, pattern] of text.matchAll(/<(?:regex|prematch|field)\b([^>]*)>([^<]*)</g)) {
      const written = pattern.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
      (attributes.includes('pcre2') ? found.pcre2 : found.osregex).push(written);
    }
  }
  return found;
}
