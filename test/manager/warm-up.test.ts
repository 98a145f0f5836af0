import { describe, expect, it } from 'vitest';
import { warmUp } from '../../src/manager/warm-up.ts';
import { makeResponse, makeTable } from '../decide/samples.ts';
import { loadShipped, startShipped } from '../ruleset/shipped.ts';

describe('warming up', () => {
  it('goes all the way to decisions, on attackers that are nobody, with a memory of its own', () => {
    const shipped = loadShipped();
    const asked = new Set<string>();
    let made = 0;
    warmUp(
      {
        table: makeTable([makeResponse({ rulesIds: new Set(['5763']) })]),
        createFreshDetector: () => {
          made += 1;
          return startShipped(shipped);
        },
      },
      () => ({
        agents: [],
        neverBlock: () => undefined,
        targetOf: (_executable, alert) => {
          asked.add(String(alert.data?.srcip));
          return { kind: 'unknown' };
        },
        maxAgeMs: 600_000,
        observe: false,
      }),
      1_790_000_000_000,
    );
    expect(made).toBe(1);
    expect(asked.size).toBe(500);
    // RFC 5737: documentation.
    expect([...asked].filter((address) => !/^(?:198\.51\.100|203\.0\.113)\./.test(address))).toEqual([]);
  });
});
