// Which decoders an event can end up with: what decoded_as can ask for. // spec ruleset §5.2, §5.3
import type { Decoder } from '../decoders/decoder.ts';
import type { DecoderTree } from '../decoders/tree.ts';

/** Of each decoder id that events can have, their categories; undefined: any. */
export type EventDecoders = ReadonlyMap<number, ReadonlySet<string> | undefined>;

export function listEventDecoders(tree: DecoderTree): EventDecoders {
  const found = new Map<number, Set<string> | undefined>();
  const add = (decoder: Decoder): void => {
    if (found.has(decoder.id) && found.get(decoder.id) === undefined) return;
    const categories = found.get(decoder.id) ?? new Set();
    found.set(decoder.id, categories.add(decoder.category));
  };
  const tops = [...tree.named, ...tree.unnamed];
  for (const { decoder, children } of tops) {
    add(decoder);
    // A child without a prematch leaves the event with its parent.
    for (const child of children) if (child.decoder.prematch !== undefined) add(child.decoder);
  }
  for (const { decoder, children } of tops) {
    // This plugin changes the category event by event. // spec ruleset §5.6
    const changes = [decoder, ...children.map((child) => child.decoder)].some(
      ({ plugin }) => plugin === 'SonicWall_Decoder' || plugin === 'OSSECAlert_Decoder',
    );
    if (changes) for (const each of [decoder, ...children.map((child) => child.decoder)]) found.set(each.id, undefined);
  }
  for (const id of tree.builtInIds()) found.set(id, undefined);
  return found;
}
