// A service that innocent clients use: it sends back what it gets.
import { createServer } from 'node:net';
import { answer } from './answer.js';

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => socket.write(chunk));
});

answer({
  listen: ({ port }) =>
    new Promise((resolve) => server.listen({ port, host: '0.0.0.0', backlog: 511 }, () => resolve(true))),
});
