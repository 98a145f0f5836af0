// How the alerts of another program become alerts of Wazuh's form.
import type { JsonPath } from './json-path.ts';

/** What stands there, or a fixed text. */
export type MappedValue = { readonly path: JsonPath } | { readonly text: string };

export interface AlertMapping {
  /** An array, each element of which is an alert; undefined: the whole is one. */
  readonly items: JsonPath | undefined;
  /** All must hold, or it is no alert: what stands there is one of these, as text. */
  readonly when: readonly { readonly path: JsonPath; readonly values: readonly string[] }[];
  readonly rule: string;
  /** By what stands there, as text; `otherwise` where it is something else. */
  readonly level:
    | number
    | { readonly path: JsonPath; readonly levels: ReadonlyMap<string, number>; readonly otherwise: number };
  readonly groups: readonly string[];
  readonly description: MappedValue;
  readonly timestamp: JsonPath | undefined;
  readonly id: JsonPath | undefined;
  /** By name; a dot makes an object, as in Wazuh: `win.eventdata.ipAddress`. */
  readonly data: ReadonlyMap<string, MappedValue>;
}
