// What a test needs to replay the corpus.
export { makeTarget as makeJson } from './json.js';
export { jsonRuleset } from './json-ruleset.js';
export { makeTarget as makeLines } from './lines.js';
export { loadModules } from './modules.js';
export { makeTarget as makePatterns } from './patterns.js';
export { loadPcre2 } from './pcre2-library.js';
export { makeTarget as makeRulesets } from './rulesets.js';
export { readRulesetFiles, readShippedLines, shippedFolder } from './samples.js';
