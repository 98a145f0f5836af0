// Lines through the whole engine, decoders to printed alert.
import { mutate } from './mutate.js';

/** Time that one line may take: that much, and so much for each byte. */
const patienceMs = 400;
const patienceMsPerByte = 0.01;
const buffer = Buffer.alloc(1 << 24);

const makers = [
  (random) => random.bytes(random.size(4000)),
  (random) => `{"${'a":{"'.repeat(random.size(3000))}`,
  (random) => `{"a":${'['.repeat(random.size(3000))}`,
  (random) => `{"k":${'9'.repeat(random.size(20_000))}}`,
  (random) => `{"k":"${random.pick(['\\n', '\\u00e4', '\\ud800', '\\ud800\\udc00']).repeat(random.size(5000))}"}`,
  (random) => `{"${'a.'.repeat(random.size(20_000))}":1}`,
  (random) => `{${Array.from({ length: random.size(5000) }, (_, at) => `"k${at % 300}":{"x":${at}}`).join(',')}}`,
  (random) =>
    `Mar  4 05:06:07 host prog[1]: ${random.pick(['a', '1', ' ', ',', '(', '"', 'a=']).repeat(random.size(60_000))}`,
];

/** `rulesets`: text by path for each ruleset; `lines`: those that are mutated, for each. */
export function makeTarget({ modules, rulesets, now }) {
  const engines = rulesets.map(({ files }) => makeEngine(modules, files));
  let count = 0;
  return {
    name: 'lines',
    next(random) {
      const ruleset = random.below(rulesets.length);
      const { lines } = rulesets[ruleset];
      const text = random.chance(0.1) ? random.pick(makers)(random) : mutate(random.pick(lines), random, lines);
      return { ruleset: rulesets[ruleset].name, text };
    },
    check(input) {
      const index = rulesets.findIndex(({ name }) => name === input.ruleset);
      const engine = engines[index];
      if (engine === undefined) return undefined;
      count++;
      return checkLine(modules, engine, input.text, count, now);
    },
  };
}

function makeEngine(modules, files) {
  const paths = (kind) => [...files.keys()].filter((path) => path.startsWith(kind));
  const { ruleset, problems } = modules.loadRuleset({
    files: { decoders: paths('decoders/'), rules: paths('rules/'), lists: [], missing: [] },
    disk: { list: () => undefined, read: (path) => files.get(path) },
    logAlertLevel: 1,
    emailAlertLevel: 12,
  });
  if (ruleset === undefined) throw new Error(`a ruleset cannot be loaded: ${JSON.stringify(problems.slice(0, 3))}`);
  return modules.createDetector(ruleset, { hostname: 'h', logAlertLevel: 1, memorySize: 512, logtest: false });
}

function checkLine({ printAlert }, engine, text, count, now) {
  const message = { id: `1.${count}`, location: '/var/log/x', text, timeMs: 1_900_000_000_000 + count * 100 };
  const allowedMs = patienceMs + patienceMsPerByte * text.length;
  let detection;
  let ms = Number.POSITIVE_INFINITY;
  // A busy machine is slow once, a bad pattern always.
  for (let tries = 0; ms > allowedMs && tries < 3; tries++) {
    const startMs = now();
    detection = engine.process(message);
    ms = Math.min(ms, now() - startMs);
  }
  if (ms > allowedMs) return `took ${Math.round(ms)} ms for ${text.length} bytes`;
  if (detection === undefined) return undefined;
  const { alert } = detection;
  const end = printAlert(alert, buffer, 0);
  if (end > buffer.length) return `an alert of ${end} bytes of a line of ${text.length}`;
  const printed = buffer.toString('utf8', 0, end);
  if (printed !== JSON.stringify(alert)) return 'the printed alert is not what JSON.stringify gives';
  return undefined;
}
