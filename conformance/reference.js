// What the original engine was given and what it answered, and the rulesets it had loaded. All of it is read from the folder of reference data.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** @typedef {{ loadRuleset: Function, chooseRulesetFiles: Function }} Loader */

const pattern = '.xml$';

/** One object a line; empty lines are none. */
export function readLines(folder, name) {
  const text = gunzipSync(readFileSync(join(folder, 'recordings', name))).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (name.endsWith('.jsonl.gz') ? JSON.parse(line) : line));
}

/** Bytes as the engine takes them. */
export function toBytes(text) {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * A disk made of several real folders and of files that are only texts.
 * @param {Record<string, string[]>} mounts real folders by the path under which a configuration names them
 * @param {Record<string, string>} texts latin1, by path
 */
function openDisk(mounts, texts, transform = (_, text) => text) {
  const split = (path) => [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
  const find = (path) => {
    const [folder, name] = split(path);
    return (mounts[folder] ?? []).map((real) => join(real, name)).find((real) => existsSync(real));
  };
  return {
    list: (folder) => {
      const own = Object.keys(texts).filter((path) => split(path)[0] === folder);
      const names = (mounts[folder] ?? []).flatMap((real) => readdirSync(real));
      return mounts[folder] === undefined && own.length === 0
        ? undefined
        : [...names, ...own.map((path) => split(path)[1])];
    },
    read: (path) => {
      if (texts[path] !== undefined) return texts[path];
      const real = find(path);
      return real === undefined ? undefined : transform(path, readFileSync(real, 'latin1'));
    },
  };
}

/** Windows events reach the recorded engine as JSON lines. */
function openWindowsRule(path, text) {
  if (!path.endsWith('0575-win-base_rules.xml')) return text;
  const start = text.indexOf('<rule id="60000"');
  const end = text.indexOf('</rule>', start);
  const rule = text
    .slice(start, end)
    .replace(/<category>.*<\/category>/, '')
    .replace(/<decoded_as>.*<\/decoded_as>/, '<decoded_as>json</decoded_as>');
  return text.slice(0, start) + rule + text.slice(end);
}

function stockOf(folder) {
  return join(folder, 'wazuh-4.14.7', 'ruleset');
}

/** Where the stock ruleset and its lists stand in a configuration. */
function mountStock(folder) {
  const stock = stockOf(folder);
  const lists = readdirSync(join(stock, 'lists'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.cdb'))
    .map((entry) => `etc/lists${entry.parentPath.slice(join(stock, 'lists').length)}/${entry.name}`);
  const mounts = {
    'ruleset/decoders': [join(stock, 'decoders')],
    'ruleset/rules': [join(stock, 'rules')],
    'etc/lists': [join(stock, 'lists')],
  };
  for (const path of lists) {
    const under = path.slice(0, path.lastIndexOf('/'));
    mounts[under] ??= [join(stock, 'lists', under.slice('etc/lists/'.length))];
  }
  return { mounts, lists };
}

const folders = (decoders, rules) => ({
  decoderDirs: [
    { path: 'ruleset/decoders', pattern },
    { path: 'etc/decoders', pattern: decoders },
  ],
  ruleDirs: [
    { path: 'ruleset/rules', pattern },
    { path: 'etc/rules', pattern: rules },
  ],
  decoderIncludes: [],
  ruleIncludes: [],
  decoderExcludes: [],
  ruleExcludes: ['0215-policy_rules.xml'],
});

/**
 * The ruleset of a set of recordings: the stock rules, and with `corpus` the rules of Wazuh's own tests, with `custom` those made for the recordings;
 * `windows` is as `corpus`, with the rule for Windows events as it is shipped.
 * @param {string} folder
 * @param {'corpus' | 'custom' | 'windows'} variant
 * @param {Loader} loader
 */
export function loadReference(folder, variant, loader) {
  const { mounts, lists } = mountStock(folder);
  const custom = join(folder, 'recordings', 'custom-ruleset');
  const own = variant === 'custom' ? custom : join(stockOf(folder), 'testing', 'ruleset');
  const under = (name) => (existsSync(join(own, name)) ? join(own, name) : own);
  mounts['etc/decoders'] = [under('decoders')];
  mounts['etc/rules'] = [under('rules')];
  mounts['etc/lists'] = [...mounts['etc/lists'], custom];
  const disk = variant === 'windows' ? openDisk(mounts, {}) : openDisk(mounts, {}, openWindowsRule);
  const sources =
    variant === 'custom' ? folders('t_dec\\w*.xml$', 'rules\\d*.xml$') : folders('decoders.xml$', 'rules.xml$');
  const ownLists = variant === 'custom' ? ['l1', 'l2', 'l3', 'l4'].map((name) => `etc/lists/${name}`) : [];
  const files = loader.chooseRulesetFiles({ ...sources, lists: [...lists, ...ownLists] }, disk);
  return loader.loadRuleset({ files, disk, logAlertLevel: 3, emailAlertLevel: 12 });
}

/**
 * The stock ruleset with rule files of a configuration on top.
 * @param {string} folder
 * @param {object} sources what `<ruleset>` of the configuration names
 * @param {Record<string, string>} texts rule files by path, latin1
 * @param {{ logAlertLevel: number, emailAlertLevel: number }} levels
 * @param {Loader} loader
 */
export function loadConfigured(folder, sources, texts, levels, loader) {
  const { mounts } = mountStock(folder);
  const disk = openDisk({ ...mounts, 'etc/decoders': [], 'etc/rules': [] }, texts);
  const files = loader.chooseRulesetFiles(sources, disk);
  return loader.loadRuleset({ files, disk, ...levels });
}
