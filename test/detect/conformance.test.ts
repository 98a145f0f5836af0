// Every recorded answer of the original, as `npm run conformance` compares it. Needs the reference data.
import { describe, expect, it } from 'vitest';
import { compareDecisions, compareRefusals } from '../../conformance/decisions.js';
import { comparePatterns } from '../../conformance/patterns.js';
import { compareSessions, sets } from '../../conformance/sessions.js';
import { readOssecConf } from '../../src/config/ossec-conf.ts';
import { createSources } from '../../src/config/ruleset-section.ts';
import { decide, prepareDecisions } from '../../src/decide/decide.ts';
import { createDetector } from '../../src/detect/engine.ts';
import { loadRuleset } from '../../src/detect/load.ts';
import { compileExpression, Subject } from '../../src/detect/patterns/expression.ts';
import { readQueueMessage } from '../../src/detect/queue-message.ts';
import { chooseRulesetFiles } from '../../src/detect/ruleset-files.ts';
import { compilers } from '../../src/manager/rules.ts';
import { referenceData } from './reference.ts';

/** Thousands of rules are loaded, and the machine may be busy. */
const patience = 300_000;
const folder = referenceData ?? '';
const engine = {
  chooseRulesetFiles,
  compileExpression,
  compilers,
  createDetector,
  createSources,
  decide,
  loadRuleset,
  prepareDecisions,
  readOssecConf,
  readQueueMessage,
  Subject,
};

describe.skipIf(referenceData === undefined)('conformance with the recorded original', () => {
  it.each(['osregex', 'osmatch'] as const)('%s', (language) => {
    const { lines, differences } = comparePatterns(folder, language, engine);
    expect(lines).toBeGreaterThan(1000);
    expect(differences).toEqual([]);
  });

  it.each(sets)('the sessions of %s, line by line', { timeout: patience }, (set) => {
    const { rows, differences } = compareSessions(folder, set, engine);
    expect(rows.size).toBeGreaterThan(0);
    expect(differences.slice(0, 20)).toEqual([]);
  });

  it('the decisions, event by event', { timeout: patience }, () => {
    const { alike, differences } = compareDecisions(folder, engine);
    expect(alike).toBeGreaterThan(6000);
    expect(differences.slice(0, 20)).toEqual([]);
  });

  it('the configurations that were refused', { timeout: patience }, () => {
    const { alike, named, differences } = compareRefusals(folder, engine);
    expect(alike + named.size).toBeGreaterThan(40);
    expect(differences).toEqual([]);
  });
});
