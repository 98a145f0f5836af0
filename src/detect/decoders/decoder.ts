// What a decoder is once read. // spec ruleset §5.1
import type { Position } from '../../config/position.ts';
import type { FieldName } from '../field-names.ts';
import type { Expression } from '../patterns/expression.ts';

export const categories = [
  'syslog',
  'firewall',
  'ids',
  'web-log',
  'squid',
  'windows',
  'host-information',
  'ossec',
] as const;

export type DecoderOffset = 'none' | 'parent' | 'prematch' | 'regex';

/** Where a capture goes: a static slot, or a dynamic name. */
export interface FieldTarget extends FieldName {
  /** -1 for a dynamic field. */
  readonly slot: number;
}

export interface FirstSeenFields {
  readonly name: boolean;
  readonly location: boolean;
  /** Slots listed, of those that FTS knows. */
  readonly slots: ReadonlySet<number>;
  readonly dynamic: readonly string[];
}

export type PluginName =
  | 'PF_Decoder'
  | 'SymantecWS_Decoder'
  | 'SonicWall_Decoder'
  | 'OSSECAlert_Decoder'
  | 'JSON_Decoder';

export interface Decoder {
  /** As finally assigned: a child without `use_own_name` has its parent's. */
  name: string;
  /** Equal names, equal ids: what `decoded_as` compares. 0 is the null decoder. */
  id: number;
  readonly ownName: string;
  readonly parent: string | undefined;
  readonly position: Position;
  readonly programName: Expression | undefined;
  readonly prematch: Expression | undefined;
  readonly prematchAfterParent: boolean;
  readonly regex: Expression | undefined;
  readonly regexOffset: DecoderOffset;
  readonly order: readonly FieldTarget[];
  readonly firstSeen: FirstSeenFields | undefined;
  readonly firstSeenComment: string | undefined;
  readonly category: string;
  readonly useOwnName: boolean;
  readonly plugin: PluginName | undefined;
  readonly pluginOffset: DecoderOffset;
  readonly discardNulls: boolean;
  readonly arraysAsCsv: boolean;
  readonly accumulate: boolean;
}
