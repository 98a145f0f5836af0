import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import { formatResponses, toLogtestResponse } from '../../src/decide/logtest-format.ts';
import { makeFacts, makeResponse, makeTable } from './samples.ts';

const table = makeTable([
  makeResponse({ name: 'blk600', level: 5, locations: new Set(['all', 'local']) }),
  makeResponse({ name: 'tell0', level: 5, timeoutSeconds: 0, locations: new Set(['server']) }),
]);
const facts = makeFacts({
  agent: '001',
  targetOf: (name) => (name === 'blk' ? { kind: 'target', target: '192.0.2.1' } : { kind: 'unknown' }),
});

describe('logtest', () => {
  it('has the responses as JSON', () => {
    const [first, second] = decide(table, facts).map(toLogtestResponse);
    expect(first).toMatchObject({
      response: 'blk600',
      location: 'local,all',
      agents: ['001', '002'],
      target: '192.0.2.1',
      timeoutSeconds: 600,
      outcome: 'run',
      guard: null,
    });
    expect(second).toMatchObject({ response: 'tell0', location: 'server', agents: ['000'], timeoutSeconds: 0 });
  });

  it('names the guard, also of what came too late', () => {
    const late = makeFacts({ nowMs: 1e12 });
    expect(decide(table, late).map(toLogtestResponse)).toMatchObject([
      { outcome: 'suppressed', guard: 'too_old' },
      { outcome: 'suppressed', guard: 'too_old' },
    ]);
  });

  it('has them as text, every value made safe', () => {
    const text = formatResponses(decide(table, facts), (value) => value.toUpperCase());
    expect(text).toContain('**Phase 4: Active responses.\n\tBLK600: runs\n');
    expect(text).toContain("\t\ttarget: '192.0.2.1'\n\t\ttimeout: '600 s'\n\tTELL0: runs");
    expect(text).toContain("timeout: 'none'");
    expect(formatResponses(decide(table, makeFacts({ rule: { noActiveResponse: true } })), String)).toContain(
      'does not run: guard no_ar',
    );
  });

  it('says that there is none', () => {
    expect(formatResponses([], String)).toBe('**Phase 4: Active responses.\n\tNo response is bound to this rule.');
  });
});
