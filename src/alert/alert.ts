// What an alert is: the object that Wazuh writes, one a line, to alerts.json. Everything downstream of detection speaks of it.

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Compliance schemes that alerts.json keeps in arrays of their own. // spec active-response §2, ruleset §9.2 */
export const complianceSchemes = ['pci_dss', 'cis', 'gdpr', 'gpg13', 'hipaa', 'nist_800_53', 'tsc'] as const;
export type ComplianceScheme = (typeof complianceSchemes)[number];

export interface AlertMitre {
  readonly id: readonly string[];
  readonly tactic: readonly string[];
  readonly technique: readonly string[];
}

export interface AlertRule extends Partial<Readonly<Record<ComplianceScheme, readonly string[]>>> {
  /** Absent in alerts of level 0, which only logtest prints. */
  readonly level?: number;
  readonly description: string;
  readonly id: string;
  readonly mitre?: AlertMitre;
  readonly cve?: string;
  readonly info?: string;
  readonly frequency?: number;
  readonly firedtimes?: number;
  readonly mail?: boolean;
  readonly groups: readonly string[];
}

export interface AlertAgent {
  /** Three digits at least; `000` is the manager. */
  readonly id: string;
  readonly name?: string;
  readonly ip?: string;
  readonly labels?: JsonObject;
}

/** One alert as alerts.json holds it. Members that we do not know are kept, in their order. // spec ruleset §9 */
export interface Alert {
  readonly timestamp: string;
  readonly rule: AlertRule;
  readonly agent: AlertAgent;
  readonly manager?: { readonly name: string };
  /** Stable over a second reading of the same line: derived from the source and the offset in it. */
  readonly id: string;
  readonly previous_output?: string;
  readonly full_log?: string;
  readonly predecoder?: { readonly program_name?: string; readonly timestamp?: string; readonly hostname?: string };
  readonly decoder?: {
    readonly accumulate?: number;
    readonly parent?: string;
    readonly name?: string;
    readonly ftscomment?: string;
  };
  readonly previous_log?: string;
  readonly data?: JsonObject;
  readonly location?: string;
  readonly [member: string]: unknown;
}

/** An event as the archives hold it: without `rule` where none matched. // spec ruleset §10 */
export type ArchivedAlert = Omit<Alert, 'rule'> & { readonly rule?: AlertRule };

/** What a response is bound by: facts of the rule that an alert alone does not always carry. */
export interface RuleFacts {
  readonly id: string;
  /** 0 to 16. */
  readonly level: number;
  /** The raw group string, compliance groups included: `syslog,sshd,pci_dss_10.2.4,`. */
  readonly groupString: string;
  /** The rule has the option `no_ar`. */
  readonly noActiveResponse: boolean;
}
