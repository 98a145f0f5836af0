// OSSECAlert_Decoder: alerts that another manager forwards by syslog, alerted here as the rule that they name. // spec ruleset §5.6
import type { Event } from '../event.ts';
import { slot } from '../fields.ts';

const head = /^(?:ossec: )?Alert Level: \d+; Rule: (\d+) - /;
const locationMark = '; Location: ';
const partEnd = '; ';
/** Parts between the location and the event, and where their values go. */
const knownParts: readonly (readonly [start: string, slot: number | undefined])[] = [
  ['classification: ', undefined],
  ['srcip: ', slot.srcip],
  ['srcport: ', slot.srcport],
  ['dstip: ', slot.dstip],
  ['dstport: ', slot.dstport],
  ['user: ', slot.dstuser],
];

/**
 * `Alert Level: N; Rule: ID - DESCRIPTION; Location: PLACE; srcip: A; user: U; EVENT`, with or without `ossec: ` before
 * it. The rule's id is the digits after `Rule: `. Parts behind the place may be missing and come in any order; what
 * follows the last one that is known takes the place of the log. PLACE is added to the event's own location behind `|`.
 * A text that is not of this form is dropped, as is one whose rule is not known.
 */
export function decodeForwardedAlert(event: Event): void {
  event.category = 'ossec alert';
  const { log } = event;
  const ruleId = head.exec(log)?.[1];
  const mark = log.indexOf(locationMark);
  const place = mark + locationMark.length;
  const placeEnd = log.indexOf(partEnd, place);
  if (ruleId === undefined || mark < 0 || placeEnd < 0) {
    event.dropped = true;
    return;
  }
  event.namedRule = Number(ruleId);
  event.location += `|${log.slice(place, placeEnd)}`;
  event.replaceLog(readParts(event, log, placeEnd + partEnd.length));
}

/** Returns what follows the parts. */
function readParts(event: Event, log: string, start: number): string {
  let at = start;
  for (;;) {
    const part = knownParts.find(([name]) => log.startsWith(name, at));
    const end = part === undefined ? -1 : log.indexOf(partEnd, at);
    if (part === undefined || end < 0) return log.slice(at);
    const [name, target] = part;
    if (target !== undefined) event.statics[target] = log.slice(at + name.length, end);
    at = end + partEnd.length;
  }
}
