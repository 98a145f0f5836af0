// Alerts that are posted: by curl, and by the script that a Wazuh manager calls. The attacker is dropped by the kernel, once.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, type Service, until } from './support/service.ts';

const reason = reasonToSkip(['nft', 'curl']);
const listen = '127.0.0.1:9080';

let machine: Machine;
let service: Service;

const settings = (rule: number): string => `http_listen: ${listen}
alert_mappings:
  mine: {rule: ${rule}, level: 5, description: x, id: $.id, data: {srcip: $.address}}
`;

const token = (): string => machine.run('cat', join(machine.home, 'etc/http-token')).trim();

function post(path: string, body: unknown, bearer = token()): { status: string; answer: unknown } {
  const text = machine.run(
    'curl',
    '--silent',
    '--header',
    `Authorization: Bearer ${bearer}`,
    '--data',
    JSON.stringify(body),
    '--write-out',
    '\n%{http_code}',
    `http://${listen}${path}`,
  );
  const [answer = '', status = ''] = [text.slice(0, text.lastIndexOf('\n')), text.slice(text.lastIndexOf('\n') + 1)];
  return { status, answer: JSON.parse(answer) };
}

const alertOf = (srcip: string, more: object = {}): object => ({
  rule: { id: '5712', level: 10, groups: ['sshd'] },
  data: { srcip },
  ...more,
});

describe.skipIf(reason !== undefined)('alerts over HTTP', () => {
  beforeEach(async () => {
    machine = new Machine();
    machine.configure([{ executable: 'firewall-drop', rules: '5712,86601,100900', timeout: 600 }], settings(100900));
    service = await machine.start();
  });
  afterEach(() => machine.remove());

  const dropped = (...addresses: readonly string[]): Promise<void> =>
    until(`${addresses.join(', ')} dropped`, () => machine.inKernel().join() === [...addresses].sort().join());

  it("lead to responses, in Wazuh's form and by mappings; without the token to nothing", async () => {
    expect(service.output()).toContain(`alerts may be posted to http://${listen}/alerts`);
    expect(machine.run('stat', '-c', '%a', join(machine.home, 'etc/http-token')).trim()).toBe('600');
    expect(post('/alerts', alertOf('203.0.113.1'), 'wrong').status).toBe('401');
    expect(post('/alerts', [alertOf('203.0.113.2'), alertOf('203.0.113.3')])).toEqual({
      status: '202',
      answer: { accepted: 2, passedOver: 0, refused: [] },
    });
    const eve = { event_type: 'alert', src_ip: '203.0.113.4', alert: { severity: 1, signature: 'x' } };
    expect(post('/alerts/suricata', eve).status).toBe('202');
    expect(post('/alerts/mine', { id: 1, address: '203.0.113.5' }).status).toBe('202');
    await dropped('203.0.113.2', '203.0.113.3', '203.0.113.4', '203.0.113.5');
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it('are stored when their sender is told, and answered once however often they are sent', async () => {
    const alert = alertOf('203.0.113.1', { id: '1.1', timestamp: new Date().toISOString() });
    expect(post('/alerts', alert).status).toBe('202');
    await service.end('SIGKILL');
    service = await machine.start();
    await dropped('203.0.113.1');
    expect(post('/alerts', alert).status).toBe('202');
    expect((await machine.history()).filter(({ execution }) => execution !== undefined)).toHaveLength(1);
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it('are read by the mappings of a reload', async () => {
    writeFileSync(join(machine.home, 'etc/riposte.yaml'), settings(100901));
    expect(machine.command('reload').status).toBe(0);
    expect(post('/alerts/mine', { id: 1, address: '203.0.113.1' }).status).toBe('202');
    writeFileSync(join(machine.home, 'etc/riposte.yaml'), settings(100900));
    expect(machine.command('reload').status).toBe(0);
    expect(post('/alerts/mine', { id: 2, address: '203.0.113.2' }).status).toBe('202');
    await dropped('203.0.113.2');
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it('come from a Wazuh manager by its script, whichever arguments are left out', async () => {
    const script = resolve('integrations/custom-riposte');
    const file = (address: string): string => {
      const path = join(machine.folder, `custom-riposte-1795502368-${address}.alert`);
      writeFileSync(path, JSON.stringify(alertOf(address)));
      return path;
    };
    const url = `http://${listen}/alerts`;
    const tokenFile = join(machine.home, 'etc/http-token');
    machine.run(script, file('203.0.113.1'), token(), url, 'debug', '', '10', '3');
    machine.run(script, file('203.0.113.2'), token(), url, '', '/tmp/x.options', '10', '3', '>', '/dev/null', '2>&1');
    machine.run(script, file('203.0.113.3'), url, tokenFile);
    await dropped('203.0.113.1', '203.0.113.2', '203.0.113.3');
    expect(() => machine.run(script, file('203.0.113.4'), 'not-the-token-at-all', url)).toThrow(/401/);
    expect(() => machine.run(script, file('203.0.113.4'), url)).toThrow(/no token/);
    expect(() => machine.run(script, token(), url)).toThrow(/no alert file/);
    expect(await service.end('SIGTERM')).toBe(0);
  });
});
