import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askService, Refused, ServiceDown } from '../../src/serve/control-client.ts';
import { startControlServer } from '../../src/serve/control-server.ts';
import type { Listening } from '../../src/serve/listen.ts';

let folder: string;
let path: string;
let server: Listening | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riposte-control-'));
  path = join(folder, 'run', 'riposte.sock');
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const echo = new Map([['echo', async (parameters: unknown) => parameters]]);

function speak(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path, () => socket.write(line));
    socket.once('data', (chunk) => {
      socket.destroy();
      resolve(chunk.toString());
    });
    socket.once('error', reject);
  });
}

describe('the control channel', () => {
  it('carries a request and its answer', async () => {
    server = await startControlServer(path, echo);
    expect(await askService(path, 'echo', { text: 'a\nb ☂' })).toEqual({ text: 'a\nb ☂' });
  });

  it('keeps its folder and socket to their owner', async () => {
    server = await startControlServer(path, echo);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('narrows a folder that stood open', async () => {
    server = await startControlServer(path, echo);
    await server.close();
    chmodSync(dirname(path), 0o777);
    server = await startControlServer(path, echo);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  it('says that no service runs', async () => {
    await expect(askService(path, 'echo')).rejects.toBeInstanceOf(ServiceDown);
  });

  it('replaces a socket that a killed service left', async () => {
    server = await startControlServer(path, echo);
    await server.close();
    writeFileSync(path, '');
    server = await startControlServer(path, echo);
    expect(await askService(path, 'echo', {})).toEqual({});
  });

  it('hands on the error of a handler, and names the commands it knows', async () => {
    const refuse = new Map([['revert', async () => Promise.reject(new Error('nothing in force for 192.0.2.1'))]]);
    server = await startControlServer(path, refuse);
    await expect(askService(path, 'revert')).rejects.toEqual(new Refused('nothing in force for 192.0.2.1'));
    await expect(askService(path, 'drop')).rejects.toThrow('unknown command "drop": one of revert');
  });

  it('refuses another version and what is not JSON', async () => {
    server = await startControlServer(path, echo);
    expect(await speak('{"version":2,"command":"echo"}\n')).toContain('protocol version 2');
    expect(await speak('hello\n')).toContain('not JSON');
  });
});
