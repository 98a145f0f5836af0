import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertMappingsSchema } from '../../src/config/alert-mappings.ts';
import { createPostedAlerts, readToken } from '../../src/manager/posted-alerts.ts';

const own = alertMappingsSchema.parse({
  mine: { rule: 100900, level: 5, description: 'x', data: { srcip: '$.ip' } },
  falco: { rule: 100901, level: 6, description: 'x', data: {} },
});

let steps: string[];
let requests: number;
beforeEach(() => {
  steps = [];
  requests = 0;
});

const take = createPostedAlerts({
  pipeline: { takeAlert: (_, { id }) => void steps.push(`answer ${id}`) },
  checkpointer: { store: () => void steps.push('store') },
  mappings: () => own,
  nowMs: () => 1_000_000,
  newRequestId: () => `r${++requests}`,
  turn: () => new Promise((go) => setImmediate(go)),
});
const body = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const alert = { rule: { id: '5712', level: 10 } };

describe('posted alerts', () => {
  it('are answered at once, and stored before their sender is told', async () => {
    const reply = take(body([alert, alert]), undefined).then(() => steps.push('told'));
    expect(steps).toEqual(['answer 5712', 'answer 5712']);
    await reply;
    expect(steps.slice(2)).toEqual(['store', 'told']);
  });

  it('that come together are stored together', async () => {
    const replies = await Promise.all([take(body(alert), undefined), take(body(alert), undefined)]);
    expect(replies).toEqual([1, 1].map((accepted) => ({ accepted, passedOver: 0, refused: [] })));
    expect(steps.filter((step) => step === 'store')).toHaveLength(1);
    await take(body(alert), undefined);
    expect(steps.filter((step) => step === 'store')).toHaveLength(2);
  });

  it('are read by the mapping of their name, where those of the settings come first', async () => {
    await take(body({ ip: '192.0.2.9' }), 'mine');
    await take(body({}), 'falco');
    expect(steps.filter((step) => step !== 'store')).toEqual(['answer 100900', 'answer 100901']);
    expect(await take(body({}), 'nobody')).toEqual({
      status: 404,
      error: 'there is no mapping nobody: mine, falco, suricata, crowdsec',
    });
  });

  it('that cannot be read are refused, and nothing is stored', async () => {
    expect(await take(Buffer.from('{'), undefined)).toEqual({ status: 400, error: 'line 1 is not JSON' });
    expect(steps).toEqual([]);
  });
});

describe('the token', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'riposte-token-'));
    path = join(folder, 'http-token');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made where there is none, for its owner alone, and stays', () => {
    const token = readToken(path);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readToken(path)).toBe(token);
    expect(readFileSync(path, 'utf8')).toBe(`${token}\n`);
  });

  it('may be one of your own, for a group too, but not for everybody and not too short', () => {
    writeFileSync(path, '0123456789abcdef\n', { mode: 0o640 });
    expect(readToken(path)).toBe('0123456789abcdef');
    chmodSync(path, 0o644);
    expect(() => readToken(path)).toThrow(/can be read or written by anyone \(mode 644\)/);
    chmodSync(path, 0o600);
    writeFileSync(path, 'short\n');
    expect(() => readToken(path)).toThrow(/16 characters or more/);
  });
});
