// A message → the event that rules look at: pre-decoding, decoding, accumulation. // spec ruleset §0 items 2 to 4
import type { LogMessage } from '../source/message.ts';
import { toBytes } from './bytes.ts';
import { Accumulator } from './decoders/accumulate.ts';
import { decode } from './decoders/decode.ts';
import type { DecoderTree } from './decoders/tree.ts';
import { readWindowsEvent, type WindowsEvent } from './decoders/windows-event.ts';
import { originOf, shortName } from './envelope.ts';
import { Event } from './event.ts';
import { readHeader } from './header.ts';

/** As decoding the text would. */
function addFields(event: Event, { names, values }: WindowsEvent): void {
  for (const [index, name] of names.entries()) {
    if (event.dynamicFull) return;
    event.addDynamic(name, values[index] ?? '');
  }
}

export class EventReader {
  private readonly decoders: DecoderTree;
  private readonly shortHostname: string;
  readonly accumulator = new Accumulator();

  /** `hostname`: full name of the manager's host. */
  constructor(decoders: DecoderTree, hostname: string) {
    this.decoders = decoders;
    this.shortHostname = toBytes(shortName(hostname));
  }

  read(message: LogMessage): Event {
    if (message.kind === 'windows-event') return this.readWindows(message);
    const header = readHeader(message.text);
    const origin = originOf(message);
    const hostname = origin.hostname ?? header.hostname ?? this.shortHostname;
    const { agentId, location } = origin;
    const event = new Event(message.id, message.timeMs, agentId, location, message.text, header.log, hostname);
    if (message.agent?.labels !== undefined) event.labels = message.agent.labels;
    event.timestamp = header.timestamp;
    event.programName = header.programName;
    decode(event, this.decoders, header.adjoining);
    if (event.decoder?.accumulate === true) this.accumulator.accumulate(event);
    return event;
  }

  /** What a header could tell is not asked; a text that is no such event is dropped. // spec ruleset §5.8 */
  private readWindows(message: LogMessage): Event {
    const { agentId, location, hostname = this.shortHostname } = originOf(message);
    const read = readWindowsEvent(message.text);
    const text = read?.text ?? message.text;
    const event = new Event(message.id, message.timeMs, agentId, location, text, text, hostname);
    if (message.agent?.labels !== undefined) event.labels = message.agent.labels;
    event.decoder = this.decoders.windowsEvents;
    event.category = event.decoder.category;
    if (read === undefined) event.dropped = true;
    else addFields(event, read);
    return event;
  }
}
