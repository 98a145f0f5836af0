// Decoder and rule files: whatever stands in them, loading ends soon, never throws, and each problem has its place.
import { mutate } from './mutate.js';

const patienceMs = 3000;

const pieces = [
  '<rule id="100001" level="3"><regex type="pcre2">(?=(a+)+$)</regex><description>x</description></rule>',
  '<rule id="100002" level="3"><regex>\\S+,\\S+,(\\S+)</regex><description>$(x)</description></rule>',
  '<if_sid>5700</if_sid>',
  '<if_matched_sid>5700</if_matched_sid>',
  '<same_source_ip />',
  '<list field="srcip">etc/lists/x</list>',
  '<var name="A">$A $A</var>',
  '<var name="B">$A$A$A$A$A$A$A$A</var>',
  '<match>$B$B$B$B</match>',
  '<decoder name="a"><parent>a</parent><regex>(a)</regex><order>x</order></decoder>',
  '<group name="a,"><group name="b,"></group></group>',
  'level="99999999999"',
  'frequency="2" timeframe="99999999"',
  'overwrite="yes"',
  '<field name="a.b" type="pcre2">^(?!x{1,65535}){3}</field>',
  '<regex type="pcre2">(?:(?:a{1,100}){1,100}){1,100}</regex>',
  '<prematch offset="after_regex">^a</prematch>',
  '<!--',
  '-->',
  '<![CDATA[',
  '&#0;',
];

export function makeTarget({ modules, files, now }) {
  const paths = [...files.keys()];
  const texts = [...files.values(), ...pieces];
  return {
    name: 'rulesets',
    next(random) {
      const changed = {};
      for (let left = 1 + random.below(2); left > 0; left--) {
        const path = random.pick(paths);
        let text = mutate(files.get(path), random, texts, 100_000);
        while (random.chance(0.6)) {
          const at = text.indexOf('<', random.below(text.length + 1));
          text = text.slice(0, Math.max(at, 0)) + random.pick(pieces) + text.slice(Math.max(at, 0));
        }
        changed[path] = text;
      }
      // Alone it is loaded sooner, with the others it means more.
      return { changed, alone: random.chance(0.7) };
    },
    check({ changed, alone }) {
      const others = [...files].filter(([path]) => !alone || path.includes('categories'));
      return checkRuleset(modules, new Map([...others, ...Object.entries(changed)]), now);
    },
  };
}

function checkRuleset({ loadRuleset, createDetector }, files, now) {
  const paths = (kind) => [...files.keys()].filter((path) => path.startsWith(kind));
  const startMs = now();
  const { ruleset, problems } = loadRuleset({
    files: { decoders: paths('decoders/'), rules: paths('rules/'), lists: [], missing: [] },
    disk: { list: () => undefined, read: (path) => files.get(path) },
    logAlertLevel: 1,
    emailAlertLevel: 12,
  });
  const lost = problems.find(
    ({ position, message }) =>
      !files.has(position.file) || !(position.line >= 1) || !(position.column >= 1) || message === '',
  );
  if (lost !== undefined) return `a problem without its place: ${JSON.stringify(lost)}`;
  const failed = problems.some(({ severity }) => severity === 'error');
  if (failed !== (ruleset === undefined)) return 'loaded with errors, or not loaded without any';
  if (ruleset !== undefined) {
    const engine = createDetector(ruleset, { hostname: 'h', logAlertLevel: 1, memorySize: 64, logtest: false });
    const text = 'Mar  4 05:06:07 web sshd[12]: Failed password for root from 192.0.2.1 port 22 ssh2';
    for (let count = 0; count < 3; count++) {
      engine.process({ id: `1.${count}`, location: '/x', text, timeMs: 1_900_000_000_000 + count * 1000 });
    }
  }
  const ms = now() - startMs;
  return ms > patienceMs ? `took ${Math.round(ms)} ms` : undefined;
}
