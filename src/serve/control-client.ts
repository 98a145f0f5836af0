import { createConnection } from 'node:net';
import { type ControlAnswer, createLineSplitter, protocolVersion } from './protocol.ts';

/** No service listens there: the command line acts on what is stored instead, or says so. */
export class ServiceDown extends Error {}
/** The service is there and this user may not speak to it. */
export class NotPermitted extends Error {}
/** The service's own refusal. */
export class Refused extends Error {}

function explain(error: NodeJS.ErrnoException, path: string): Error {
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') return new ServiceDown(`no service runs at ${path}`);
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new NotPermitted(`you may not speak to the service at ${path}: only root or the user who runs it may`);
  }
  return error;
}

/** Asks the service at `path` and gives its result. Throws ServiceDown, NotPermitted or Refused. */
export function askService(path: string, command: string, parameters: Record<string, unknown> = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.setEncoding('utf8');
    const onLine = (line: string): void => {
      socket.destroy();
      const reply = JSON.parse(line) as ControlAnswer;
      if (reply.ok) resolve(reply.result);
      else reject(new Refused(reply.error));
    };
    const onOverflow = (): void => {
      socket.destroy();
      reject(new Error('the answer of the service is too long'));
    };
    socket.on('data', createLineSplitter(onLine, onOverflow) as (chunk: string | Buffer) => void);
    socket.on('error', (error) => reject(explain(error, path)));
    socket.on('close', () => reject(new Error('the service closed the connection without an answer')));
    socket.on('connect', () => socket.write(`${JSON.stringify({ version: protocolVersion, command, parameters })}\n`));
  });
}
