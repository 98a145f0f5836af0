// Listens where programs expect the socket of Wazuh's logtest.
import { rmSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { type Listening, listenAt } from '../../serve/listen.ts';
import {
  createMessageReader,
  type LogtestReply,
  type LogtestRequest,
  longestMessage,
  packMessage,
  parseLogtestRequest,
} from './protocol.ts';

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
): Promise<Listening> {
  // One that an earlier run left.
  if (statSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path);
  return listenAt(path, (socket) => serve(socket, answer));
}
