import { createConnection } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AlertServer, type Refusal, startAlertServer, type TakenAlerts } from '../../src/serve/alert-server.ts';

const token = '0123456789abcdef';
let server: AlertServer;
let taken: { readonly body: string; readonly name: string | undefined }[];
let isReady: boolean;
let result: TakenAlerts | Refusal;

beforeEach(async () => {
  taken = [];
  isReady = true;
  result = { accepted: 1, passedOver: 0, refused: [] };
  server = await startAlertServer({
    listen: '127.0.0.1:0',
    token,
    isReady: () => isReady,
    take: async (body, name) => {
      taken.push({ body: body.toString(), name });
      return result;
    },
  });
});
afterEach(() => server.close());

const post = (path = '/alerts', more: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: 'POST',
    body: '{}',
    headers: { authorization: `Bearer ${token}` },
    ...more,
  });

describe('the server of alerts', () => {
  it('takes them, plain and by a mapping, and says what came of them', async () => {
    const plain = await post();
    expect(plain.status).toBe(202);
    expect(await plain.json()).toEqual(result);
    await post('/alerts/my_app?x=1', { body: 'ö' });
    expect(taken).toEqual([
      { body: '{}', name: undefined },
      { body: 'ö', name: 'my_app' },
    ]);
  });

  it.each([
    ['without a token', {}],
    ['with another', { authorization: 'Bearer 0123456789abcdeg' }],
    ['with the beginning of it', { authorization: 'Bearer 0123456789' }],
    ['in another way', { authorization: `Basic ${token}` }],
  ])('takes none %s, and tells nothing either', async (_, headers) => {
    for (const path of ['/alerts', '/nothing'])
      expect((await post(path, { headers: headers as Record<string, string> })).status).toBe(401);
    expect(taken).toEqual([]);
  });

  it.each([
    ['/', 404],
    ['/alerts/', 404],
    ['/alerts/../x', 404],
    ['/alerts/Name', 404],
    ['/alertsx', 404],
  ])('has nothing at %s', async (path, status) => {
    expect((await post(path)).status).toBe(status);
    expect(taken).toEqual([]);
  });

  it('is only posted to', async () => {
    const got = await post('/alerts', { method: 'GET', body: null });
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('asks for patience until it is ready', async () => {
    isReady = false;
    const early = await post();
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
  });

  it.each<[TakenAlerts | Refusal, number]>([
    [{ accepted: 1, passedOver: 0, refused: [{ index: 1, reason: 'x' }] }, 202],
    [{ accepted: 0, passedOver: 3, refused: [] }, 202],
    [{ accepted: 0, passedOver: 0, refused: [{ index: 0, reason: 'x' }] }, 400],
    [{ status: 404, error: 'no such mapping' }, 404],
  ])('answers %j with %i', async (given, status) => {
    result = given;
    const response = await post();
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual('error' in given ? { error: given.error } : given);
  });

  it('reads no body beyond its limit, announced or not', async () => {
    const large = 'x'.repeat(5 * 1024 * 1024);
    const refusedOrCut = async (body: string | ReadableStream): Promise<number> =>
      await post('/alerts', { body, duplex: 'half' } as RequestInit).then(
        ({ status }) => status,
        () => 413,
      );
    expect(await refusedOrCut(large)).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        for (let part = 0; part < 5; part += 1) controller.enqueue(new Uint8Array(1024 * 1024));
        controller.close();
      },
    });
    expect(await refusedOrCut(stream)).toBe(413);
    expect(taken).toEqual([]);
    expect((await post()).status).toBe(202);
  });

  it('outlives what is no HTTP, and what breaks off', async () => {
    for (const text of [
      '\0\0\0',
      `POST /alerts HTTP/1.1\r\nauthorization: Bearer ${token}\r\ncontent-length: 100\r\n\r\nx`,
    ]) {
      const socket = createConnection(server.port, '127.0.0.1');
      await new Promise((go) => socket.write(text, go));
      socket.destroy();
    }
    expect((await post()).status).toBe(202);
  });

  it('cannot be where another listens', async () => {
    const deps = { listen: `127.0.0.1:${server.port}`, token, isReady: () => true, take: async () => result };
    await expect(startAlertServer(deps)).rejects.toThrow('EADDRINUSE');
  });
});
