// Listens where programs expect the socket of Wazuh's logtest.
import { chmodSync, rmSync, statSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import {
  createMessageReader,
  type LogtestReply,
  type LogtestRequest,
  longestMessage,
  packMessage,
  parseLogtestRequest,
} from './protocol.ts';

export interface LogtestServer {
  close(): Promise<void>;
}

function serve(socket: Socket, answer: (request: LogtestRequest) => LogtestReply): void {
  const reply = (text: string): void => {
    const read = parseLogtestRequest(text);
    socket.write(packMessage('refusal' in read ? read.refusal : answer(read.request)));
  };
  const overflow = (): void => {
    socket.end(packMessage({ error: 1, message: `a message may have ${longestMessage} bytes` }));
  };
  socket.on('error', () => socket.destroy());
  socket.on('data', createMessageReader(reply, overflow));
}

/** Rejects where something other than a socket stands at `path`, or one that is listened on. Mode 0600. */
export async function startLogtestServer(
  path: string,
  answer: (request: LogtestRequest) => LogtestReply,
): Promise<LogtestServer> {
  // One that an earlier run left.
  if (statSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
