import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAddress, type Source } from '../../src/respond/address.ts';
import { createIpCustomblock } from '../../src/respond/ip-customblock/ip-customblock.ts';
import { createSystemHost } from '../../src/system/processes.ts';
import { alertWith } from './alerts.ts';
import { describeContract } from './contract-suite.ts';
import { ModelHost } from './model-nft.ts';

const source = (text: string): Source => parseAddress(text) as Source;
const folder = mkdtempSync(join(tmpdir(), 'riposte-ipblock-'));
const block = join(folder, 'ipblock');
const host = createSystemHost();
beforeAll(() => mkdirSync(block));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeContract('ip-customblock on a real folder', {
  create: () => createIpCustomblock({ folder: block }),
  host: () => host,
  alerts: [alertWith({ srcip: '198.51.100.7' }), alertWith({ srcip: '2001:db8::7' })],
  invalidAlert: alertWith({ srcip: '../198.51.100.7' }),
  inForce: 'written',
});

describe('ip-customblock', () => {
  it('leaves a file of somebody else, and folders and names that are no addresses', async () => {
    const response = createIpCustomblock({ folder: block });
    writeFileSync(join(block, '198.51.100.9'), '');
    writeFileSync(join(block, 'README'), 'riposte\n');
    mkdirSync(join(block, 'more'));
    writeFileSync(join(block, 'more/198.51.100.10'), 'riposte\n');
    expect(await response.apply([{ target: source('198.51.100.9'), remainingSeconds: 60 }], host)).toEqual([
      { ok: false, error: `there is a file ${block}/198.51.100.9 already, which stays` },
    ]);
    expect(await response.inventory(host)).toEqual([]);
    await response.revert([{ source: '198.51.100.9' }], host);
    expect(readFileSync(join(block, '198.51.100.9'), 'utf8')).toBe('');
    expect(readdirSync(block).sort()).toEqual(['198.51.100.9', 'README', 'more']);
  });

  it('cannot work without its folder', async () => {
    const model = new ModelHost();
    model.withoutFolder = true;
    expect(await createIpCustomblock().probe(model)).toEqual({
      available: false,
      reason: 'grep: /ipblock: No such file or directory',
    });
  });
});
