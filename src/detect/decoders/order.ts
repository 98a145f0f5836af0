// The names of `<order>`. // spec ruleset §5.1
import type { Position } from '../../config/position.ts';
import type { Report } from '../report.ts';

/** Leading spaces are dropped and a name ends at its next space; other white space stays in it. */
export function readOrder(text: string, position: Position, limit: number, report: Report): string[] {
  const names = text.split(',').map((piece) => piece.replace(/^ +/, '').replace(/ .*$/s, ''));
  if (names.includes('')) report.error(position, `<order> "${text}" has an empty name.`);
  if (names.length > limit) report.error(position, `<order> has ${names.length} names; at most ${limit} can be.`);
  return names;
}
