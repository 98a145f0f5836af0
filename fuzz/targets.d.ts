export interface Target {
  readonly name: string;
  /** What is wrong, or undefined. */
  check(input: unknown): string | undefined;
}

export interface FuzzedRuleset {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  readonly lines: readonly string[];
}

type Modules = Readonly<Record<string, unknown>>;

export function loadModules(folder: URL, ending: '.js' | '.ts'): Promise<Modules>;
export function makeJson(options: { modules: Modules }): Target;
export function makeLines(options: { modules: Modules; rulesets: readonly FuzzedRuleset[]; now: () => number }): Target;
export function makePatterns(options: { modules: Modules; samples?: unknown; reference: unknown }): Target;
export function makeRulesets(options: {
  modules: Modules;
  files: ReadonlyMap<string, string>;
  now: () => number;
}): Target;
export function loadPcre2(): unknown;
export function readRulesetFiles(folder: string): ReadonlyMap<string, string>;
export function readShippedLines(): string[];
export const shippedFolder: string;
export const jsonRuleset: FuzzedRuleset;
