// A socket in the file system that programs of this host connect to.
import { chmodSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

export interface Listening {
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Mode 0600. Rejects where something else stands at `path`, or it cannot be made. */
export async function listenAt(path: string, serve: (socket: Socket) => void): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
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
