import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';

const programs = ['/usr/sbin/nft', '/usr/sbin/sshd', '/usr/sbin/ip'];
const missing = programs.filter((program) => !existsSync(program) && !existsSync(program.replace('/usr', '')));
const reason =
  process.geteuid?.() !== 0 ? 'needs root' : missing.length > 0 ? `needs ${missing.join(', ')}` : undefined;
if (reason !== undefined) console.log(`e2e/demo is skipped: ${reason}`);

function listLeftovers(): string[] {
  const namespaces = existsSync('/run/netns') ? readdirSync('/run/netns') : [];
  return [...namespaces, ...readdirSync(tmpdir())].filter((name) => /^riposte-(host|attacker|demo)-/.test(name));
}

describe.skipIf(reason !== undefined)('the demo', () => {
  it('blocks a real attack on a real sshd, lifts it on time, and leaves nothing behind', () => {
    const before = listLeftovers();
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/demo.js'], {
      encoding: 'utf8',
      timeout: 110_000,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const step of ['the open session is frozen', 'does not get through', 'lifted the block', 'connection works']) {
      expect(stdout).toContain(step);
    }
    expect(listLeftovers()).toEqual(before);
  });
});
