import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import { type GuardName, guardNames } from '../../src/decide/decision.ts';
import type { DecisionFacts } from '../../src/decide/facts.ts';
import { guards } from '../../src/decide/guards/guards.ts';
import { makeFacts, makeName, makeNetwork, makeResponse, makeTable } from './samples.ts';

const any = makeResponse({ level: 1, rulesIds: new Set(['1']) });
const stateless = makeResponse({ level: 1, timeoutSeconds: 0 });

/** The guard that says no, or `run`. */
function outcome(facts: DecisionFacts, table = makeTable([any])): GuardName | 'run' | undefined {
  const [decision] = decide(table, facts);
  return decision?.outcome === 'run' ? 'run' : decision?.guard;
}

describe('guards', () => {
  it('stand in the order of their names, each once', () => {
    expect(guards.map(({ name }) => name)).toEqual(guardNames);
  });

  it('let an ordinary alert pass', () => {
    expect(outcome(makeFacts({ data: { srcip: '192.0.2.1', dstuser: 'bob' } }))).toBe('run');
  });

  it('level_0: beats rules_id', () => {
    expect(outcome(makeFacts({ rule: { id: '1', level: 0 } }))).toBe('level_0');
  });

  it('no_ar: beats rules_id', () => {
    expect(outcome(makeFacts({ rule: { id: '1', noActiveResponse: true } }))).toBe('no_ar');
  });

  it('disabled: the manager only', () => {
    const table = makeTable([any], { responsesDisabled: true });
    expect(outcome(makeFacts(), table)).toBe('disabled');
    expect(outcome(makeFacts({ agent: '001' }), table)).toBe('run');
  });

  it('own_response: unless rules_id names the rule', () => {
    const groupString = 'ossec,active_response,';
    expect(outcome(makeFacts({ rule: { groupString } }))).toBe('own_response');
    expect(outcome(makeFacts({ rule: { groupString, id: '1' } }))).toBe('run');
    expect(outcome(makeFacts({ rule: { groupString: 'my_active_response_group,' } }))).toBe('run');
  });

  it.each(['-bob', 'what?', 'bob@example.com', '..', 'x'.repeat(200)])('crafted: the user %s passes', (dstuser) => {
    expect(outcome(makeFacts({ data: { dstuser } }))).toBe('run');
  });

  it.each([...' +$%,:;=/\\\'"()|&<>~#!*^\tü\0', '\n'])('crafted: a user with %j does not', (character) => {
    expect(outcome(makeFacts({ data: { dstuser: `bob${character}` } }))).toBe('crafted');
  });

  it.each(['UNKNOWN', '-', '0x7f.1', '999.1.1.1', 'fe80::1', 'a_b', 'x'.repeat(300)])(
    'crafted: the address %s passes',
    (srcip) => {
      expect(outcome(makeFacts({ data: { srcip } }))).toBe('run');
    },
  );

  it.each([...'/,; %[]+"@?\'', '\n'])('crafted: an address with %j does not', (character) => {
    expect(outcome(makeFacts({ data: { srcip: `192.0.2.1${character}` } }))).toBe('crafted');
  });

  it('crafted: looks at the user first, never at srcuser, and shows what it found escaped', () => {
    const [decision] = decide(makeTable([any]), makeFacts({ data: { dstuser: 'a\x1bb', srcip: '/', srcuser: '/' } }));
    expect(decision?.reason).toBe('dstuser has characters that no account name has: "a\\u001bb"');
    expect(outcome(makeFacts({ data: { srcuser: ';' } }))).toBe('run');
  });

  it('crafted: takes values that are no text as Wazuh does', () => {
    for (const value of [null, true, 7, 3.5, { a: '/' }]) {
      expect(outcome(makeFacts({ data: { srcip: value } })), JSON.stringify(value)).toBe('run');
    }
    expect(outcome(makeFacts({ data: { srcip: ['192.0.2.1'] } }))).toBe('crafted');
  });

  it('unknown_agent: where the response is to run there; it never becomes the manager', () => {
    const facts = makeFacts({ agent: '009' });
    expect(outcome(facts)).toBe('unknown_agent');
    expect(outcome(facts, makeTable([{ ...any, locations: new Set(['server']) }]))).toBe('run');
    expect(outcome(facts, makeTable([{ ...any, locations: new Set(['all']) }]))).toBe('run');
  });

  it('no_active_agent: location all with none', () => {
    const table = makeTable([{ ...any, locations: new Set(['all']) }]);
    expect(outcome(makeFacts({ agents: [{ id: '001', status: 'disconnected' }] }), table)).toBe('no_active_agent');
  });

  it('allow_list: stops every response of the alert, by srcip only', () => {
    const table = makeTable([any, { ...stateless, locations: new Set(['server']) }], {
      allowList: [makeNetwork('192.0.2.0/24'), makeName('bob')],
    });
    const decisions = decide(table, makeFacts({ data: { srcip: '192.0.2.9' } }));
    expect(decisions.map(({ guard }) => guard)).toEqual(['allow_list', 'allow_list']);
    expect(decisions[0]?.reason).toContain('192.0.2.0/24');
    expect(outcome(makeFacts({ data: { dstuser: 'bob', srcuser: '192.0.2.9' } }), table)).toBe('run');
  });

  it('missing_target and invalid_target: as the look-up says', () => {
    expect(outcome(makeFacts({ targetOf: () => ({ kind: 'missing', reason: 'no srcip' }) }))).toBe('missing_target');
    expect(outcome(makeFacts({ targetOf: () => ({ kind: 'invalid', reason: 'not an address' }) }))).toBe(
      'invalid_target',
    );
  });

  it('never_block: asks about the address of a target, and about nothing else', () => {
    const neverBlock = (address: string) => (address === '192.0.2.1' ? 'it is the gateway' : undefined);
    const withTarget = (target: { target: string; address?: string }) =>
      outcome(makeFacts({ neverBlock, data: { srcip: '192.0.2.1' }, targetOf: () => ({ kind: 'target', ...target }) }));
    expect(withTarget({ target: 'x', address: '192.0.2.1' })).toBe('never_block');
    expect(withTarget({ target: 'x', address: '192.0.2.2' })).toBe('run');
    expect(withTarget({ target: '192.0.2.1' })).toBe('run');
    expect(outcome(makeFacts({ neverBlock, data: { srcip: '192.0.2.1' } }))).toBe('run');
  });

  it('too_old: past its timeout, or past the age allowed where it has none', () => {
    const aged = (ageMs: number) => makeFacts({ eventMs: 0, nowMs: ageMs, maxAgeMs: 60_000 });
    expect(outcome(aged(599_999))).toBe('run');
    expect(outcome(aged(600_000))).toBe('too_old');
    expect(outcome(aged(60_000), makeTable([stateless]))).toBe('run');
    expect(outcome(aged(60_001), makeTable([stateless]))).toBe('too_old');
    expect(outcome(aged(-3_600_000))).toBe('run');
    expect(decide(makeTable([any]), aged(600_000))[0]?.outcome).toBe('expired');
  });

  it('observe: last', () => {
    expect(outcome(makeFacts({ observe: true }))).toBe('observe');
    expect(outcome(makeFacts({ observe: true, rule: { noActiveResponse: true } }))).toBe('no_ar');
  });
});
