// What an ossec.conf says, as values. // spec active-response §2
import type { Position, Problem } from './position.ts';

/** A `<command>` block: what can run. */
export interface CommandDefinition {
  readonly name: string;
  readonly executable: string;
  readonly timeoutAllowed: boolean;
  /** `<extra_args>` split at spaces. */
  readonly extraArgs: readonly string[];
  readonly position: Position;
}

export type Location = 'local' | 'server' | 'defined-agent' | 'all';

/** An `<active-response>` block that is not disabled: when and where a command runs. */
export interface ActiveResponse {
  /** Command name followed by the timeout: `firewall-drop600`. // spec active-response §3 */
  readonly name: string;
  readonly command: CommandDefinition;
  readonly locations: ReadonlySet<Location>;
  /** Ids as alerts have them (`001`); empty without `defined-agent`. */
  readonly agentIds: readonly string[];
  /** Minimum level; undefined where none (or 0) is given. */
  readonly level: number | undefined;
  /** OS_Regex searched in the rule's group string. */
  readonly rulesGroup: string | undefined;
  /** Rule ids without leading zeros; undefined where the element is absent. */
  readonly rulesIds: ReadonlySet<string> | undefined;
  /** Seconds; 0 is stateless. Always 0 where the command does not allow a timeout. */
  readonly timeoutSeconds: number;
  readonly position: Position;
}

/** An entry of `<white_list>`. */
export type AllowListEntry =
  | {
      readonly kind: 'network';
      readonly text: string;
      readonly family: 'ipv4' | 'ipv6';
      readonly address: string;
      readonly prefix: number;
      readonly position: Position;
    }
  /** An IPv4 netmask with holes, which no prefix expresses. */
  | {
      readonly kind: 'masked';
      readonly text: string;
      readonly address: number;
      readonly mask: number;
      readonly position: Position;
    }
  /** OS_Match syntax on the text of the address or name. */
  | { readonly kind: 'name'; readonly text: string; readonly position: Position };

/** A `<localfile>` that this version reads or must tell of. */
export interface LocalFile {
  readonly location: string;
  readonly logFormat: string;
  readonly position: Position;
}

/** The `<ruleset>` section. Directories and files relative to the home unless absolute. // spec ruleset §3 */
export interface RulesetSources {
  readonly decoderDirs: readonly { readonly path: string; readonly pattern: string }[];
  readonly ruleDirs: readonly { readonly path: string; readonly pattern: string }[];
  readonly decoderIncludes: readonly string[];
  readonly ruleIncludes: readonly string[];
  readonly decoderExcludes: readonly string[];
  readonly ruleExcludes: readonly string[];
  readonly lists: readonly string[];
}

export interface OssecConf {
  readonly file: string;
  readonly commands: readonly CommandDefinition[];
  /** In document order through all roots. */
  readonly activeResponses: readonly ActiveResponse[];
  /** A block with `disabled` = yes and nothing else: no response runs on this endpoint. */
  readonly responsesDisabled: boolean;
  /** Minutes, at most five, of the first block that has the element; empty where none has it. */
  readonly repeatedOffendersMinutes: readonly number[];
  readonly allowList: readonly AllowListEntry[];
  readonly localFiles: readonly LocalFile[];
  /** Undefined where there is no `<ruleset>` section. */
  readonly ruleset: RulesetSources | undefined;
  /** `<alerts><log_alert_level>`, 3 where absent. */
  readonly logAlertLevel: number;
  /** `<alerts><email_alert_level>`, 12 where absent. */
  readonly emailAlertLevel: number;
  /** `<global><memory_size>`, 8192 where absent, at least 2048. */
  readonly memorySize: number;
}

export interface OssecConfResult {
  /** Undefined where there is an error. */
  readonly conf: OssecConf | undefined;
  /** All of them at once, in file order. */
  readonly problems: readonly Problem[];
}

/** Reads an ossec.conf. Pure: nothing of the disk is looked at. Never throws for bad input. */
export function readOssecConf(_text: string, _file: string): OssecConfResult {
  throw new Error('being written');
}
