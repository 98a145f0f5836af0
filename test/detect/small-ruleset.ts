// Rulesets written in a test: no files, no reference data.
import { createDetector, type Engine, type EngineOptions } from '../../src/detect/engine.ts';
import { type LoadResult, loadRuleset } from '../../src/detect/load.ts';
import type { LogMessage } from '../../src/source/message.ts';

export interface SmallRuleset {
  readonly decoders?: string;
  readonly rules: string;
  /** Text by path. */
  readonly lists?: Readonly<Record<string, string>>;
}

const template =
  '<group name="syslog,"><rule id="1" level="0"><category>syslog</category><description>all</description></rule></group>';

export function loadSmall({ decoders = '', rules, lists = {} }: SmallRuleset): LoadResult {
  const texts: Readonly<Record<string, string>> = {
    'd/decoders.xml': decoders,
    'r/0-template.xml': template,
    'r/rules.xml': rules,
    ...lists,
  };
  return loadRuleset({
    files: {
      decoders: ['d/decoders.xml'],
      rules: ['r/0-template.xml', 'r/rules.xml'],
      lists: Object.keys(lists),
      missing: [],
    },
    disk: { list: () => undefined, read: (path) => texts[path] },
    logAlertLevel: 3,
    emailAlertLevel: 12,
  });
}

export function startSmall(small: SmallRuleset, options: Partial<EngineOptions> = {}): Engine {
  const { ruleset, problems } = loadSmall(small);
  if (ruleset === undefined) throw new Error(JSON.stringify(problems));
  return createDetector(ruleset, {
    hostname: 'mgr.example.org',
    logAlertLevel: 3,
    memorySize: 8192,
    logtest: false,
    ...options,
  });
}

export const start = Date.UTC(2031, 2, 4, 5, 6, 7);

export function messageOf(text: string, second = 0, more: Partial<LogMessage> = {}): LogMessage {
  return { id: `7.${second}`, location: '/var/log/demo.log', text, timeMs: start + second * 1000, ...more };
}

/** The ids of the rules that alert, line by line; `-` where none does. */
export function idsOf(engine: Engine, lines: readonly string[], everySeconds = 1): string[] {
  return lines.map((line, index) => engine.process(messageOf(line, index * everySeconds))?.alert.rule.id ?? '-');
}
