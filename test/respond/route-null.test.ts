import { describe, expect, it } from 'vitest';
import { parseAddress, type Source } from '../../src/respond/address.ts';
import { createRouteNull } from '../../src/respond/route-null/route-null.ts';
import { ModelHost } from './model-nft.ts';

const source = (text: string): Source => parseAddress(text) as Source;
const applications = (...texts: readonly string[]) =>
  texts.map((text) => ({ target: source(text), remainingSeconds: 60 }));

describe('route-null', () => {
  it('runs ip once for all addresses of a family', async () => {
    const host = new ModelHost();
    await createRouteNull().apply(applications('198.51.100.7', '198.51.100.8', '2001:db8::7', '198.51.100.7'), host);
    expect(host.runs.filter((run) => run.includes('-batch'))).toEqual([
      'ip -4 -force -batch -',
      'ip -6 -force -batch -',
    ]);
    expect([...host.routes]).toEqual(['198.51.100.7', '198.51.100.8', '2001:db8::7']);
  });

  it('leaves a route of somebody else to the same address, and says so of that one alone', async () => {
    const host = new ModelHost();
    const listed = host.run.bind(host);
    // It is there, but not of our protocol: it is not listed.
    host.routes.add('198.51.100.7');
    host.run = async (argv, options) => {
      const result = await listed(argv, options);
      if (!argv.includes('show')) return result;
      const routes = JSON.parse(result.stdout) as { dst: string }[];
      return { ...result, stdout: JSON.stringify(routes.filter(({ dst }) => dst !== '198.51.100.7')) };
    };
    expect(await createRouteNull().apply(applications('198.51.100.7', '198.51.100.8'), host)).toEqual([
      { ok: false, error: 'there is another route to 198.51.100.7 already, which stays' },
      { ok: true, value: { source: '198.51.100.8' } },
    ]);
  });

  it('says where another route goes before', async () => {
    const host = new ModelHost();
    const response = createRouteNull();
    await response.apply(applications('198.51.100.7'), host);
    const run = host.run.bind(host);
    host.run = (argv, options) =>
      argv.includes('get')
        ? Promise.resolve({
            status: 0,
            signal: null,
            stdout: '198.51.100.7 via 10.0.0.1 dev wg0 table 200\n',
            stderr: '',
            timedOut: false,
            error: undefined,
          })
        : run(argv, options);
    expect(await response.verify([source('198.51.100.7')], host)).toEqual([
      { effect: 'written', reason: 'another route goes before: 198.51.100.7 via 10.0.0.1 dev wg0 table 200' },
    ]);
  });

  it('cannot work without ip, and says so everywhere', async () => {
    const host = new ModelHost();
    host.withoutIp = true;
    const response = createRouteNull();
    const reason = 'ip is not installed (package iproute2)';
    expect(await response.probe(host)).toEqual({ available: false, reason });
    expect(await response.apply(applications('198.51.100.7'), host)).toEqual([{ ok: false, error: reason }]);
    expect(await response.verify([source('198.51.100.7')], host)).toEqual([{ effect: 'absent', reason }]);
    expect(await response.revert([{ source: '198.51.100.7' }], host)).toEqual([{ ok: false, error: reason }]);
  });
});
