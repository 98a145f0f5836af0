// SymantecWS_Decoder: `k=v` separated by commas after the first comma. // spec ruleset §5.6
import type { Event } from '../event.ts';
import { slot } from '../fields.ts';

const ipLimit = 128;
const urlLimit = 1024;
const idLength = 9;

export function decodeSymantecWs(event: Event): void {
  const first = event.log.indexOf(',');
  if (first < 0) return;
  const { statics } = event;
  for (const piece of event.log.slice(first + 1).split(',')) {
    if (piece.startsWith('10=')) statics[slot.dstuser] ??= piece.slice(3);
    else if (piece.startsWith('11=')) statics[slot.srcip] ??= piece.slice(3, 3 + ipLimit);
    else if (piece.startsWith('60=')) statics[slot.url] ??= piece.slice(3, 3 + urlLimit);
    // The original keeps the key in the id.
    else if (piece.startsWith('2=') || piece.startsWith('3=')) statics[slot.id] ??= piece.slice(0, idLength);
  }
}
