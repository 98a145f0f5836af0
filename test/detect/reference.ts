// The recordings of the original engine, and the rulesets they were made with.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createDetector, type Engine } from '../../src/detect/engine.ts';
import { type LoadResult, loadRuleset } from '../../src/detect/load.ts';
import { chooseRulesetFiles, type RulesetDisk } from '../../src/detect/ruleset-files.ts';

export const referenceData = process.env.RIPOSTE_REFERENCE_DATA;

export interface Recording {
  readonly file: string;
  readonly section: string;
  readonly key: string;
  readonly lines: readonly string[];
  readonly ok: boolean;
  readonly outs: readonly Record<string, unknown>[];
}

export function readRecordings(name: string): Recording[] {
  const path = join(referenceData ?? '', 'recordings', name);
  const text = gunzipSync(readFileSync(path)).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recording);
}

function walk(root: string, under = ''): string[] {
  return readdirSync(join(root, under), { withFileTypes: true }).flatMap((entry) => {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    return entry.isDirectory() ? walk(root, path) : [path];
  });
}

const stock = (): string => join(referenceData ?? '', 'wazuh-4.14.7', 'ruleset');

/** Directory name → the real one. */
type Mounts = Readonly<Record<string, readonly string[]>>;

function diskOf(mounts: Mounts, transform: (path: string, text: string) => string): RulesetDisk {
  const find = (path: string): string | undefined => {
    const slash = path.lastIndexOf('/');
    const found = (mounts[path.slice(0, slash)] ?? []).map((dir) => join(dir, path.slice(slash + 1)));
    return found.find((candidate) => existsSync(candidate));
  };
  return {
    list: (directory) => mounts[directory]?.flatMap((dir) => readdirSync(dir)),
    read: (path) => {
      const real = find(path);
      return real === undefined ? undefined : transform(path, readFileSync(real, 'latin1'));
    },
  };
}

/** Windows events reach the recorded engine as JSON lines. */
function openWindowsRule(path: string, text: string): string {
  if (!path.endsWith('0575-win-base_rules.xml')) return text;
  const start = text.indexOf('<rule id="60000"');
  const end = text.indexOf('</rule>', start);
  const rule = text
    .slice(start, end)
    .replace(/<category>.*<\/category>/, '')
    .replace(/<decoded_as>.*<\/decoded_as>/, '<decoded_as>json</decoded_as>');
  return text.slice(0, start) + rule + text.slice(end);
}

/** The stock ruleset as it is shipped, with rule files of a recording on top (latin1 text by path). */
export function loadStock(local: Readonly<Record<string, string>>, logAlertLevel: number): LoadResult {
  const mounts = {
    'ruleset/decoders': [join(stock(), 'decoders')],
    'ruleset/rules': [join(stock(), 'rules')],
    'etc/lists': [join(stock(), 'lists')],
    'etc/lists/amazon': [join(stock(), 'lists', 'amazon')],
    'etc/lists/malicious-ioc': [join(stock(), 'lists', 'malicious-ioc')],
  };
  const { list, read } = diskOf(mounts, (_path, text) => text);
  const disk: RulesetDisk = { list, read: (path) => local[path] ?? read(path) };
  const names = ['amazon/aws-eventnames', 'audit-keys', 'security-eventchannel'].concat(
    ['malware-hashes', 'malicious-ip', 'malicious-domains'].map((name) => `malicious-ioc/${name}`),
  );
  const files = chooseRulesetFiles(
    {
      decoderDirs: [{ path: 'ruleset/decoders', pattern: '.xml$' }],
      ruleDirs: [{ path: 'ruleset/rules', pattern: '.xml$' }],
      decoderIncludes: [],
      ruleIncludes: Object.keys(local),
      decoderExcludes: [],
      ruleExcludes: ['0215-policy_rules.xml'],
      lists: names.map((name) => `etc/lists/${name}`),
    },
    disk,
  );
  return loadRuleset({ files, disk, logAlertLevel, emailAlertLevel: 12 });
}

function stockLists(): string[] {
  return walk(join(stock(), 'lists')).filter((name) => !name.endsWith('.cdb'));
}

/** `windows`: as `corpus`, with the rule for Windows events as it is shipped. */
export function loadReference(variant: 'corpus' | 'custom' | 'windows'): LoadResult {
  const custom = join(referenceData ?? '', 'recordings', 'custom-ruleset');
  const own = variant !== 'custom' ? join(stock(), 'testing', 'ruleset') : custom;
  const under = (name: string): string => (existsSync(join(own, name)) ? join(own, name) : own);
  const mounts: Record<string, string[]> = {
    'ruleset/decoders': [join(stock(), 'decoders')],
    'ruleset/rules': [join(stock(), 'rules')],
    'etc/decoders': [under('decoders')],
    'etc/rules': [under('rules')],
    'etc/lists': [join(stock(), 'lists'), custom],
  };
  const lists = stockLists().map((name) => `etc/lists/${name}`);
  for (const directory of new Set(lists.map((path) => path.slice(0, path.lastIndexOf('/'))))) {
    mounts[directory] ??= [join(stock(), 'lists', directory.slice('etc/lists/'.length))];
  }
  const disk = diskOf(mounts, variant === 'windows' ? (_path, text) => text : openWindowsRule);
  const files = chooseRulesetFiles(
    {
      decoderDirs: [
        { path: 'ruleset/decoders', pattern: '.xml$' },
        { path: 'etc/decoders', pattern: variant !== 'custom' ? 'decoders.xml$' : 't_dec\\w*.xml$' },
      ],
      ruleDirs: [
        { path: 'ruleset/rules', pattern: '.xml$' },
        { path: 'etc/rules', pattern: variant !== 'custom' ? 'rules.xml$' : 'rules\\d*.xml$' },
      ],
      decoderIncludes: [],
      ruleIncludes: [],
      decoderExcludes: [],
      ruleExcludes: ['0215-policy_rules.xml'],
      lists: variant !== 'custom' ? lists : [...lists, ...['l1', 'l2', 'l3', 'l4'].map((name) => `etc/lists/${name}`)],
    },
    disk,
  );
  return loadRuleset({ files, disk, logAlertLevel: 3, emailAlertLevel: 12 });
}

export function startSession(loaded: LoadResult): Engine {
  if (loaded.ruleset === undefined) throw new Error(JSON.stringify(loaded.problems.slice(0, 5)));
  return createDetector(loaded.ruleset, { hostname: 'vm', logAlertLevel: 3, memorySize: 8192, logtest: true });
}
