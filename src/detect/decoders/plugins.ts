// Decoders that are code: chosen by `<plugin_decoder>`. // spec ruleset §5.5, §5.6
import type { Event } from '../event.ts';
import type { Progress } from './decode.ts';
import type { DecoderOffset, PluginName } from './decoder.ts';
import { decodeJson } from './json-decoder.ts';
import { decodeForwardedAlert } from './ossec-alert-decoder.ts';
import { decodePf } from './pf-decoder.ts';
import { decodeSonicWall } from './sonicwall-decoder.ts';
import { decodeSymantecWs } from './symantec-decoder.ts';

export function runPlugin(event: Event, plugin: PluginName, progress: Progress): void {
  switch (plugin) {
    case 'JSON_Decoder':
      runJson(event, progress);
      return;
    case 'PF_Decoder':
      decodePf(event);
      return;
    case 'SymantecWS_Decoder':
      decodeSymantecWs(event);
      return;
    case 'SonicWall_Decoder':
      decodeSonicWall(event);
      return;
    case 'OSSECAlert_Decoder':
      decodeForwardedAlert(event);
      return;
  }
}

function runJson(event: Event, progress: Progress): void {
  const { decoder } = event;
  if (decoder === undefined) return;
  // The offset and the flags are the event decoder's: the parent's where the child has no prematch.
  const start = startAt(decoder.pluginOffset, progress);
  decodeJson(event, start === 0 ? event.log : event.log.slice(start), {
    discardNulls: decoder.discardNulls,
    arrays: decoder.arraysAsCsv ? 'csv' : 'printed',
  });
}

function startAt(offset: DecoderOffset, progress: Progress): number {
  if (offset === 'parent') return progress.afterParent;
  return offset === 'prematch' ? progress.afterPrematch : 0;
}
