// Decoders that no file defines. // spec ruleset §5.2
import type { Decoder } from './decoder.ts';

export const windowsEventDecoder = 'windows_eventchannel';

/** `decoded_as` knows them; events of most come only from parts of Wazuh that are not here. */
export const builtInNames = [
  'rootcheck',
  'syscheck_integrity_changed',
  'syscheck_new_entry',
  'syscheck_deleted',
  'syscheck_registry_key_modified',
  'syscheck_registry_key_added',
  'syscheck_registry_key_deleted',
  'syscheck_registry_value_modified',
  'syscheck_registry_value_added',
  'syscheck_registry_value_deleted',
  'hostinfo_new',
  'hostinfo_modified',
  'syscollector',
  'ciscat',
  windowsEventDecoder,
  'sca',
] as const;

/** A decoder that is code from end to end: events reach it by what they are, not by a pattern. */
export function createBuiltIn(name: (typeof builtInNames)[number], id: number): Decoder {
  return {
    name,
    id,
    ownName: name,
    parent: undefined,
    position: { file: '', line: 1, column: 1 },
    programName: undefined,
    prematch: undefined,
    prematchAfterParent: false,
    regex: undefined,
    regexOffset: 'none',
    order: [],
    firstSeen: undefined,
    firstSeenComment: undefined,
    category: 'ossec',
    useOwnName: false,
    plugin: undefined,
    pluginOffset: 'none',
    discardNulls: true,
    arraysAsCsv: false,
    accumulate: false,
  };
}
