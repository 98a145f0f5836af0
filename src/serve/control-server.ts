// Answers the command line. Reached only through the file system, by root or the user who runs the service.
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { errorText } from '../alert/error-text.ts';
import { type Listening, listenAt } from './listen.ts';
import { type ControlAnswer, createLineSplitter, parseRequest, protocolVersion } from './protocol.ts';

export type ControlHandler = (parameters: Readonly<Record<string, unknown>>) => Promise<unknown>;

async function answer(line: string, handlers: ReadonlyMap<string, ControlHandler>): Promise<ControlAnswer> {
  const request = parseRequest(line);
  if (typeof request === 'string') return { version: protocolVersion, ok: false, error: request };
  const handler = handlers.get(request.command);
  if (handler === undefined) {
    const known = [...handlers.keys()].join(', ');
    return {
      version: protocolVersion,
      ok: false,
      error: `unknown command ${JSON.stringify(request.command)}: one of ${known}`,
    };
  }
  try {
    return { version: protocolVersion, ok: true, result: (await handler(request.parameters)) ?? null };
  } catch (error) {
    return { version: protocolVersion, ok: false, error: errorText(error) };
  }
}

function serve(socket: Socket, handlers: ReadonlyMap<string, ControlHandler>): void {
  let queue: Promise<void> = Promise.resolve();
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  const onLine = (line: string): void => {
    queue = queue.then(async () => {
      const reply = await answer(line, handlers);
      if (!socket.destroyed) socket.write(`${JSON.stringify(reply)}\n`);
    });
  };
  socket.on('data', createLineSplitter(onLine, () => socket.destroy()) as (chunk: string | Buffer) => void);
}

/**
 * Listens at `path`, in a folder that only its owner may enter. The caller holds the lock of the home, so a socket that is
 * still there was left by a service that was killed: it is replaced.
 */
export async function startControlServer(
  path: string,
  handlers: ReadonlyMap<string, ControlHandler>,
): Promise<Listening> {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  if (existsSync(path)) rmSync(path);
  return listenAt(path, (socket) => serve(socket, handlers));
}
