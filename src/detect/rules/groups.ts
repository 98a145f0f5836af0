// The group string → what alerts show of it. // spec ruleset §9.2
import { complianceSchemes } from '../../alert/alert.ts';
import { toUnicode } from '../bytes.ts';
import type { ShownRule } from './rule.ts';

const shownBytes = 1023;

/** Pieces that begin with a compliance scheme go to that scheme's array, in order of first appearance. */
export function splitGroups(groupString: string): Pick<ShownRule, 'groups' | 'compliance'> {
  const groups: string[] = [];
  const compliance: Partial<Record<(typeof complianceSchemes)[number], string[]>> = {};
  for (const piece of groupString.slice(0, shownBytes).split(',')) {
    if (piece === '') continue;
    const scheme = complianceSchemes.find((name) => piece.startsWith(`${name}_`));
    if (scheme === undefined) {
      groups.push(toUnicode(piece));
      continue;
    }
    const entries = compliance[scheme] ?? [];
    entries.push(toUnicode(piece.slice(scheme.length + 1)));
    compliance[scheme] = entries;
  }
  return { groups, compliance };
}
