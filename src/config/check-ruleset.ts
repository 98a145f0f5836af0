// Whether what `<ruleset>` names is there. // spec ruleset §3
import { posix } from 'node:path';
import type { DialectDocument } from './dialect.ts';
import type { HomeFiles } from './home-files.ts';
import type { ProblemList } from './problem-list.ts';
import { quoteValue } from './quote-value.ts';

/** Where a name without `/` is looked for. */
const defaultFolders: ReadonlyMap<string, string> = new Map([
  ['decoder_include', 'ruleset/decoders'],
  ['rule_include', 'ruleset/rules'],
]);
const checkedElements = new Set(['decoder_dir', 'rule_dir', 'decoder_include', 'rule_include', 'list']);

/** Tells of each directory, file and list that does not exist below the home. */
export function checkRuleset(
  document: DialectDocument,
  place: { readonly home: string; readonly files: HomeFiles },
  problems: ProblemList,
): void {
  const sections = document.roots.flatMap((root) => root.children).filter((section) => section.name === 'ruleset');
  for (const element of sections.flatMap((section) => section.children)) {
    if (!checkedElements.has(element.name) || element.children.length > 0) continue;
    const name = element.content.slice(element.commentAt ?? 0);
    const folder = name.includes('/') ? '' : (defaultFolders.get(element.name) ?? '');
    const path = posix.resolve(place.home, folder, name);
    if (place.files.resolveLinks(path) !== undefined) continue;
    problems.addWarning(
      element.contentPosition,
      `<${element.name}> ${quoteValue(name)} does not exist: there is no ${path}.`,
    );
  }
}
