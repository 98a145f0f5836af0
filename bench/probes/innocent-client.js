// An innocent client: it connects, sends a word, has it sent back and leaves, with two hosts in turns.
import { connect } from 'node:net';
import { now } from '../clock.js';
import { answer } from './answer.js';

/** Milliseconds from the start of a connection until its answer is there. */
function visit({ address, port }) {
  return new Promise((resolve, reject) => {
    const started = now();
    const socket = connect({ host: address, port, noDelay: true });
    socket.on('connect', () => socket.write('hello'));
    socket.on('error', reject);
    socket.on('data', () => {
      const took = now() - started;
      socket.resetAndDestroy(); // leaves no port in TIME_WAIT
      socket.on('close', () => resolve(took));
    });
  });
}

answer({
  /** ABBA, so that neither host always has the better turn. */
  visit: async ({ first, second, rounds }) => {
    const took = { first: [], second: [] };
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 === 0 ? ['first', 'second'] : ['second', 'first'];
      for (const which of order) took[which].push(await visit(which === 'first' ? first : second));
    }
    return took;
  },
});
