// A TCP echo server and its clients as processes of their own, since a namespace belongs to a process.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Namespace } from './namespaces.ts';

const serverCode = `require('net').createServer((s) => { s.on('error', () => {}); s.pipe(s); })
  .listen(Number(process.argv[1]), '::', () => console.log('ready'));`;

const clientCode = `const s = require('net').connect(Number(process.argv[2]), process.argv[1]);
  s.on('connect', () => console.log('connected')).on('error', (e) => { console.log('error ' + e.code); process.exit(1); });
  s.on('data', (d) => process.stdout.write(d)); process.stdin.on('data', (d) => s.write(d)).on('end', () => process.exit(0));`;

export interface Peer {
  /** Sends a line and tells whether it came back within the time. */
  echoes(text: string, withinMs: number): Promise<boolean>;
  /** Tells whether the words were printed within the time. */
  prints(words: string, withinMs: number): Promise<boolean>;
  end(): void;
}

export async function serveEcho(namespace: Namespace, port: number): Promise<Peer> {
  const server = startPeer(namespace, serverCode, [String(port)]);
  if (!(await server.prints('ready', 10_000))) throw new Error('the echo server did not start');
  return server;
}

export function connect(namespace: Namespace, address: string, port: number): Peer {
  return startPeer(namespace, clientCode, [address, String(port)]);
}

/** True where a new connection is made and answers within the time. */
export async function canConnect(
  namespace: Namespace,
  address: string,
  port: number,
  withinMs: number,
): Promise<boolean> {
  const client = connect(namespace, address, port);
  try {
    return (await client.prints('connected', withinMs)) && (await client.echoes('hello', withinMs));
  } finally {
    client.end();
  }
}

function startPeer(namespace: Namespace, code: string, args: readonly string[]): Peer {
  const [program, ...rest] = namespace.inside(process.execPath, '-e', code, ...args);
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined);
  return peerOf(child);
}

function peerOf(child: ChildProcessByStdio<Writable, Readable, null>): Peer {
  let output = '';
  const prints = (words: string, withinMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const finish = (found: boolean): void => {
        clearTimeout(timer);
        child.stdout.off('data', look);
        resolve(found);
      };
      const look = (): void => {
        if (output.includes(words)) finish(true);
      };
      const timer = setTimeout(() => finish(false), withinMs);
      child.stdout.on('data', look);
      look();
    });
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return {
    prints,
    echoes: (text, withinMs) => {
      child.stdin.write(`${text}\n`);
      return prints(text, withinMs);
    },
    end: () => {
      child.kill('SIGKILL');
    },
  };
}
