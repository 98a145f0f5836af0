// An own script called disable-account: whom it may not lock, and settings and offenders that change while the service runs.
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Execution } from '../src/fleet/execution.ts';
import { createLab, type Lab, reasonToSkip } from './support/namespaces.ts';
import { createTestHome, type TestHome } from './support/test-home.ts';

const reason = reasonToSkip(['ip']);

/** Locks nobody: it makes a file. */
const script = `#!/bin/sh
read -r message
name=$(printf %s "$message" | sed 's/.*"dstuser":"\\([^"]*\\)".*/\\1/')
case "$message" in
*'"command":"add"'*)
  : >"asked-$name"
  echo '{"version":1,"origin":{"name":"x","module":"active-response"},"command":"check_keys","parameters":{"keys":["'"$name"'"]}}'
  read -r answer ;;
esac
`;

let lab: Lab;
let home: TestHome;

function configure(more = ''): void {
  home.write(
    'etc/ossec.conf',
    `<ossec_config><command><name>lock</name><executable>disable-account</executable><timeout_allowed>yes</timeout_allowed></command>${more}</ossec_config>`,
  );
}

const lock = (name: string): Execution & { status: number | null } => {
  const { status, stdout } = home.ask('block', name, '--response', 'lock', '--timeout', '60', '--json');
  return { status, ...(JSON.parse(stdout) as Execution) };
};

describe.skipIf(reason !== undefined)('an own script called disable-account', () => {
  beforeEach(() => {
    lab = createLab();
    const host = lab.add('host');
    home = createTestHome((...argv) => host.inside(...argv));
    home.write('active-response/bin/disable-account.sh', script, 0o750);
    home.write('etc/riposte.yaml', 'protected_accounts: [deploy]\n');
    configure();
  });
  afterEach(async () => {
    await home.remove();
    lab.remove();
  });

  it('is never asked to lock root or an account of the settings, as they are after a reload too', async () => {
    await home.start([]);
    expect(lock('root')).toMatchObject({
      status: 1,
      state: 'rejected',
      reason: 'protected_account: root must stay usable: it has user id 0',
    });
    expect(lock('deploy')).toMatchObject({
      status: 1,
      reason: expect.stringContaining('the setting protected_accounts'),
    });
    expect(lock('mallory')).toMatchObject({ status: 0, state: 'active' });
    expect(['root', 'deploy', 'mallory'].map((name) => existsSync(home.path(`asked-${name}`)))).toEqual([
      false,
      false,
      true,
    ]);
    home.write('etc/riposte.yaml', 'protected_accounts: [backup]\n');
    expect(home.ask('reload').status).toBe(0);
    expect(lock('backup')).toMatchObject({ status: 1, state: 'rejected' });
    expect(lock('deploy')).toMatchObject({ status: 0, state: 'active' });
  });

  it('locks longer for who comes again, as the minutes of the file say after a reload', async () => {
    await home.start([]);
    expect(lock('mallory')).toMatchObject({ timeoutSeconds: 60 });
    home.ask('revert', 'mallory');
    configure('<active-response><repeated_offenders>30,60</repeated_offenders></active-response>');
    expect(home.ask('reload').status).toBe(0);
    const timeouts = [1, 2].map(() => {
      const { timeoutSeconds } = lock('mallory');
      home.ask('revert', 'mallory');
      return timeoutSeconds;
    });
    expect(timeouts).toEqual([60, 1800]);
  });
});
