// What runs out while no service runs: a user's script that nothing in the kernel lifts, and a timer that does.
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Execution } from '../src/fleet/execution.ts';
import { createLab, type Lab, reasonToSkip } from './support/namespaces.ts';
import { createTestHome, type TestHome, until } from './support/test-home.ts';

const reason = reasonToSkip(['ip']);

/** Makes a file named after the address, and removes it. */
const script = `#!/bin/sh
read -r message
address=$(printf %s "$message" | sed 's/.*"srcip":"\\([^"]*\\)".*/\\1/')
case "$message" in
*'"command":"add"'*)
  echo '{"version":1,"origin":{"name":"mark","module":"active-response"},"command":"check_keys","parameters":{"keys":["'"$address"'"]}}'
  read -r answer
  case "$answer" in *'"command":"continue"'*) : >"marked-$address" ;; esac ;;
*) rm "marked-$address" ;;
esac
`;

let lab: Lab;
let home: TestHome;

const lifted = (): Execution[] => {
  const { status, stdout } = home.ask('expire', '--json');
  const answer = JSON.parse(stdout) as { service: boolean; pid: number | null; lifted: Execution[] };
  expect(answer).toMatchObject({ service: false, pid: null });
  expect(status).toBe(answer.lifted.every(({ state }) => state === 'reverted') ? 0 : 1);
  return answer.lifted;
};

describe.skipIf(reason !== undefined)('riposte expire', () => {
  beforeEach(() => {
    lab = createLab();
    const host = lab.add('host');
    home = createTestHome((...argv) => host.inside(...argv));
    home.write('active-response/bin/mark', script, 0o750);
    home.write(
      'etc/ossec.conf',
      '<ossec_config><command><name>mark</name><executable>mark</executable><timeout_allowed>yes</timeout_allowed></command></ossec_config>',
    );
  });
  afterEach(async () => {
    await home.remove();
    lab.remove();
  });

  it('leaves it to the service while one runs, lifts what has run out when none does, and no more than that', async () => {
    expect(home.ask('expire')).toEqual({ status: 0, stdout: 'nothing had run out\n', stderr: '' });
    const service = await home.start([]);
    const block = (address: string, seconds: string): void =>
      expect(home.ask('block', address, '--response', 'mark', '--timeout', seconds).status).toBe(0);
    block('203.0.113.2', '3600');
    expect(home.ask('expire')).toMatchObject({ status: 0, stdout: `the service (pid ${service.child.pid}) does it\n` });
    block('203.0.113.1', '5');
    await service.end('SIGKILL');
    expect(existsSync(home.path('marked-203.0.113.1'))).toBe(true);

    let found: Execution[] = [];
    await until('the lifting', () => {
      found = lifted();
      return found.length > 0;
    });
    expect(found).toMatchObject([{ target: '203.0.113.1', state: 'reverted' }]);
    expect(existsSync(home.path('marked-203.0.113.1'))).toBe(false);
    expect(existsSync(home.path('marked-203.0.113.2'))).toBe(true);
    expect(lifted()).toEqual([]);
    const history = JSON.parse(home.ask('history', '--target', '203.0.113.1', '--json').stdout);
    expect(history).toMatchObject([{ execution: { state: 'reverted' } }]);

    // Whatever the settings say: an endpoint can always revert.
    home.write('etc/riposte.yaml', 'max_running: 0\n');
    const reverted = home.ask('revert', '--all');
    expect(reverted).toMatchObject({ status: 0, stderr: expect.stringContaining('max_running has "0"') });
    expect(existsSync(home.path('marked-203.0.113.2'))).toBe(false);
  });

  it('is not needed where a service only observes: what an earlier one put into force is listed, and lifted', async () => {
    const first = await home.start([]);
    expect(home.ask('block', '203.0.113.1', '--response', 'mark', '--timeout', '3600').status).toBe(0);
    await first.end('SIGTERM');
    const second = await home.start(['--observe']);
    expect(second.output()).toContain('1 responses of an earlier service are in force');
    expect(JSON.parse(home.ask('list', '--json').stdout)).toMatchObject([{ target: '203.0.113.1', state: 'active' }]);
    expect(home.ask('block', '203.0.113.2', '--response', 'mark', '--timeout', '60').status).toBe(1);
    expect(home.ask('revert', '203.0.113.1').status).toBe(0);
    expect(existsSync(home.path('marked-203.0.113.1'))).toBe(false);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  it('says what could not be lifted, and tries it again the next time', async () => {
    const service = await home.start([]);
    expect(home.ask('block', '203.0.113.1', '--response', 'mark', '--timeout', '5').status).toBe(0);
    await service.end('SIGKILL');
    home.write('active-response/bin/mark', '#!/bin/sh\nexit 3\n', 0o750);
    let found: Execution[] = [];
    await until('the attempt', () => {
      found = lifted();
      return found.length > 0;
    });
    expect(found).toMatchObject([{ state: 'revert_failed', reason: 'ended with status 3' }]);
    home.write('active-response/bin/mark', script, 0o750);
    expect(lifted()).toMatchObject([{ state: 'reverted' }]);
    expect(existsSync(home.path('marked-203.0.113.1'))).toBe(false);
  });
});
