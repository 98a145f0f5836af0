// npm run fuzz [-- --minutes N --seed S --only lines|rulesets|json|patterns --print N]: random inputs until the time is over. What is found
// is made small, written to fuzz/corpus, and replayed by test/detect/fuzz-corpus.test.ts from then on.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeTarget as makeJson } from './json.js';
import { jsonRuleset } from './json-ruleset.js';
import { makeTarget as makeLines } from './lines.js';
import { loadModules } from './modules.js';
import { makeTarget as makePatterns } from './patterns.js';
import { loadPcre2 } from './pcre2-library.js';
import { makeRandom } from './random.js';
import { makeTarget as makeRulesets } from './rulesets.js';
import { patternsOf, readReference, readRulesetFiles, readShippedLines, shippedFolder } from './samples.js';
import { shrink } from './shrink.js';
import { startWatchdog } from './watchdog.js';

const corpus = join(dirname(fileURLToPath(import.meta.url)), 'corpus');
const now = () => performance.now();
/** Of the processor, in ms: a busy machine is no finding. */
const processorMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const modules = await loadModules(new URL('../dist/detect/', import.meta.url), '.js');
const mostFindings = 20;
let watchdog;
const shrinkMs = 30_000;
const mostMemory = 3 * 1024 * 1024 * 1024;

const makers = {
  json: () => makeJson({ modules }),
  rulesets: () => makeRulesets({ modules, files: readRulesetFiles(shippedFolder), now: processorMs }),
  lines: () => {
    const rulesets = [
      { name: 'shipped', files: readRulesetFiles(shippedFolder), lines: readShippedLines() },
      jsonRuleset,
    ];
    const reference = readReference();
    if (reference === undefined) console.log('lines: RIPOSTE_REFERENCE_DATA is not set: the shipped ruleset only');
    else rulesets.push({ name: 'reference', ...reference });
    return makeLines({ modules, rulesets, now: processorMs });
  },
  patterns: () => {
    const reference = loadPcre2();
    if (reference === undefined) console.log('patterns: there is no libpcre2-8 here: PCRE2 is skipped, osregex only');
    return makePatterns({ modules, samples: patternsOf(readRulesetFiles(shippedFolder)), reference });
  },
};

function check(target, input) {
  try {
    return target.check(input);
  } catch (error) {
    return `threw ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** Findings with texts of Wazuh's are shown, not kept: the corpus is our own. */
function keep(target, input, finding) {
  const kind = finding.replaceAll(/[0-9]+/g, 'n').slice(0, 12);
  const untilMs = now() + shrinkMs;
  const fails = (candidate) =>
    check(target, candidate)
      ?.replaceAll(/[0-9]+/g, 'n')
      .startsWith(kind) === true;
  const small = shrink(input, fails, () => now() > untilMs);
  const recorded = target.record?.(small);
  const body = JSON.stringify(
    { ...small, ...(recorded && { recorded }), found: check(target, small) ?? finding },
    undefined,
    2,
  );
  console.log(`${target.name}: ${body}`);
  if (input.ruleset === 'reference') return;
  const name = createHash('sha256').update(JSON.stringify(small)).digest('hex').slice(0, 12);
  mkdirSync(join(corpus, target.name), { recursive: true });
  writeFileSync(join(corpus, target.name, `${name}.json`), `${body}\n`);
}

function fuzz(name, minutes, seed) {
  const target = makers[name]();
  const random = makeRandom(seed);
  watchdog.begin(name);
  const endMs = now() + minutes * 60_000;
  let executions = 0;
  let findings = 0;
  let slowestMs = 0;
  while (now() < endMs && findings < mostFindings) {
    const input = target.next(random);
    watchdog.note(executions);
    const startMs = now();
    const finding = check(target, input);
    slowestMs = Math.max(slowestMs, now() - startMs);
    executions++;
    if (finding !== undefined) {
      findings++;
      keep(target, input, finding);
    }
    if (executions % 4096 === 0 && process.memoryUsage().rss > mostMemory) {
      console.log(`${name}: the process has grown to ${process.memoryUsage().rss >> 20} MiB`);
      findings++;
      break;
    }
  }
  const memory = Math.round(process.memoryUsage().rss / 1024 / 1024);
  console.log(
    `${name}: seed ${seed}, ${executions} executions, ${findings} findings, slowest ${Math.round(slowestMs)} ms, ${memory} MiB`,
  );
  return findings;
}

/** The input of this number, which is the same in every run of the seed. */
function print(name, seed, number) {
  const target = makers[name]();
  const random = makeRandom(seed);
  for (let before = 0; before < number; before++) target.next(random);
  console.log(JSON.stringify(target.next(random), undefined, 2));
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    print: { type: 'string' },
  },
});
const names = values.only === undefined ? Object.keys(makers) : [values.only];
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!names.every((name) => Object.hasOwn(makers, name)) || !(minutes > 0) || !Number.isInteger(seed)) {
  console.error(
    `usage: npm run fuzz -- [--minutes N] [--seed S] [--only ${Object.keys(makers).join('|')}] [--print N]`,
  );
  process.exitCode = 64;
} else if (values.print !== undefined) {
  print(names[0], seed, Number(values.print));
} else {
  watchdog = startWatchdog(seed);
  const findings = names.reduce((sum, name) => sum + fuzz(name, minutes / names.length, seed), 0);
  process.exitCode = findings > 0 ? 1 : 0;
}
