import { describe, expect, it } from 'vitest';
import type { Location } from '../../src/config/ossec-conf.ts';
import { locateTargets } from '../../src/decide/targets.ts';
import { makeFacts, makeResponse } from './samples.ts';

const { agents } = makeFacts();

function locate(locations: Location[], eventAgent: string, agentIds: string[] = []): readonly string[] {
  return locateTargets(makeResponse({ locations: new Set(locations), agentIds }), eventAgent, agents).agents;
}

describe('where a response runs', () => {
  it.each([
    [['local'], '000', ['000']],
    [['local'], '001', ['001']],
    [['local'], '003', ['003']],
    [['local'], '009', []],
    [['server'], '001', ['000']],
    [['server'], '009', ['000']],
    [['all'], '000', ['001', '002']],
    [['all'], '003', ['001', '002']],
    [['server', 'all', 'local'], '001', ['000']],
    [['local', 'all'], '000', ['000']],
    [['local', 'all'], '001', ['001', '002']],
    [['defined-agent'], '000', ['003']],
    [['defined-agent'], '009', ['003']],
    [['local', 'defined-agent'], '000', ['000']],
    [['local', 'defined-agent'], '001', ['003']],
    [['all', 'defined-agent'], '001', ['001', '002']],
  ] satisfies [Location[], string, string[]][])('%j for an event of %s: %j', (locations, eventAgent, expected) => {
    expect(locate(locations, eventAgent, ['003'])).toEqual(expected);
  });

  it('orders several defined agents by number and names those that are not known', () => {
    expect(locate(['defined-agent'], '000', ['002', '1000', '001', '002'])).toEqual(['001', '002']);
    const response = makeResponse({ locations: new Set(['defined-agent']), agentIds: ['001', '1000'] });
    expect(locateTargets(response, '000', agents).reason).toContain('1000');
  });

  it('orders agents by number, not by text', () => {
    const many = ['1000', '999', '002'].map((id) => ({ id, status: 'active' as const }));
    const response = makeResponse({ locations: new Set(['all']) });
    expect(locateTargets(response, '000', many).agents).toEqual(['002', '999', '1000']);
  });
});
