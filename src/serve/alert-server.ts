// Takes alerts over HTTP on loopback: POST /alerts in Wazuh's form, POST /alerts/NAME by a mapping.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AlertServerDeps {
  /** `127.0.0.1:9080` or `[::1]:9080`; port 0 is any. */
  readonly listen: string;
  readonly token: string;
  /** Sources are read and responses can run. */
  readonly isReady: () => boolean;
  /** `name`: of the mapping, undefined for Wazuh's form. Resolves when what came of it is stored. */
  readonly take: (body: Buffer, name: string | undefined) => Promise<TakenAlerts | Refusal>;
}

export interface TakenAlerts {
  readonly accepted: number;
  /** No alerts by the conditions of the mapping. */
  readonly passedOver: number;
  readonly refused: readonly { readonly index: number; readonly reason: string }[];
}

export interface Refusal {
  readonly status: 400 | 404;
  readonly error: string;
}

export interface AlertServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Of a body, in bytes. */
const longestBody = 4 * 1024 * 1024;
const mostConnections = 64;
const headersTimeoutMs = 5000;
const requestTimeoutMs = 30_000;

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const refuse = (status: number, error: string, headers?: Answer['headers']): Answer => ({
  status,
  body: { error },
  ...(headers && { headers }),
});

/** Rejects where it cannot listen there. */
export async function startAlertServer(deps: AlertServerDeps): Promise<AlertServer> {
  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: headersTimeoutMs },
    (request, response) => {
      answer(request, deps).then(
        (reply) => send(response, reply),
        () => response.destroy(),
      );
    },
  );
  server.maxConnections = mostConnections;
  const url = new URL(`http://${deps.listen}`);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(url.port || 80), url.hostname.replace(/^\[|\]$/g, ''), resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const text = `${JSON.stringify(body)}\n`;
  // What is left of a body that nobody wants is not waited for.
  const connection = status === 413 || status === 401 ? { connection: 'close' } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...connection, ...headers }).end(text);
}

async function answer(request: IncomingMessage, deps: AlertServerDeps): Promise<Answer> {
  if (!isAllowed(request.headers.authorization, deps.token)) {
    return refuse(401, 'this needs the header "Authorization: Bearer TOKEN"', { 'www-authenticate': 'Bearer' });
  }
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const [, name] = /^\/alerts(?:\/([a-z][a-z0-9_-]*))?$/.exec(pathname) ?? [];
  if (!pathname.startsWith('/alerts') || (name === undefined && pathname !== '/alerts')) {
    return refuse(404, 'alerts are posted to /alerts, or to /alerts/NAME where they are mapped');
  }
  if (request.method !== 'POST') return refuse(405, 'alerts are posted', { allow: 'POST' });
  if (!deps.isReady()) return refuse(503, 'the service is starting', { 'retry-after': '1' });
  const body = await readBody(request);
  if (body === undefined) return refuse(413, `a request may have ${longestBody} bytes`);
  return judge(await deps.take(body, name));
}

function judge(taken: TakenAlerts | Refusal): Answer {
  if ('error' in taken) return refuse(taken.status, taken.error);
  const { accepted, passedOver, refused } = taken;
  return {
    status: accepted + passedOver === 0 && refused.length > 0 ? 400 : 202,
    body: { accepted, passedOver, refused },
  };
}

/** Takes as long for a wrong token as for the right one. */
function isAllowed(header: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > longestBody) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > longestBody) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
