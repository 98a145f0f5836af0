// What the socket of Wazuh's logtest speaks: messages of JSON, each behind its length in four bytes, the lowest first. // spec ruleset §10
import { z } from 'zod';

/** Longest message that is read, in bytes. */
export const longestMessage = 4 * 1024 * 1024;
const headerLength = 4;

const request = z.object({
  version: z.literal(1),
  command: z.enum(['log_processing', 'remove_session']),
  parameters: z.record(z.string(), z.unknown()),
});

const processing = z.object({
  /** An object is taken as the text of its JSON. */
  event: z.union([z.string(), z.record(z.string(), z.unknown())]),
  log_format: z.string(),
  location: z.string(),
  token: z.string().optional(),
  options: z.object({ rules_debug: z.boolean().optional() }).optional(),
});

const removal = z.object({ token: z.string() });

export type LogtestRequest =
  | { readonly command: 'log_processing'; readonly parameters: ProcessingParameters }
  | { readonly command: 'remove_session'; readonly parameters: { readonly token: string } };
export type ProcessingParameters = z.infer<typeof processing>;

export interface LogtestReply {
  /** 0, or the request could not be read: `message` says why. */
  readonly error: number;
  readonly message?: string;
  readonly data?: {
    readonly messages: readonly string[];
    readonly token?: string;
    readonly output?: unknown;
    readonly alert?: boolean;
    /** 0: done. 1: done, with a warning. -1: not done. */
    readonly codemsg: 0 | 1 | -1;
    readonly rules_debug?: readonly string[];
  };
}

/** The request in a message, or the reply to one that cannot be understood. */
export function parseLogtestRequest(
  text: string,
): { readonly request: LogtestRequest } | { readonly refusal: LogtestReply } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { refusal: { error: 1, message: 'the request is not JSON' } };
  }
  const read = request.safeParse(value);
  if (!read.success) return { refusal: { error: 1, message: describe(read.error) } };
  const { command } = read.data;
  const parameters = (command === 'log_processing' ? processing : removal).safeParse(read.data.parameters);
  if (!parameters.success) return { refusal: refuse(`parameters: ${describe(parameters.error)}`) };
  return { request: { command, parameters: parameters.data } as LogtestRequest };
}

export function refuse(reason: string): LogtestReply {
  return { error: 0, data: { messages: [`ERROR: ${reason}`], codemsg: -1 } };
}

function describe({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => [path.join('.'), message].filter((part) => part !== '').join(': '))
    .join('; ');
}

export function packMessage(value: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(value));
  const header = Buffer.alloc(headerLength);
  header.writeUInt32LE(text.length);
  return Buffer.concat([header, text]);
}

/** Hands on the text of each message of a stream, however it is cut. Calls `onOverflow`, and reads no more, where one is too long. */
export function createMessageReader(
  onMessage: (text: string) => void,
  onOverflow: () => void,
): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let isOver = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (!isOver && rest.length >= headerLength) {
      const length = rest.readUInt32LE();
      if (length > longestMessage) {
        isOver = true;
        onOverflow();
      }
      if (isOver || rest.length < headerLength + length) return;
      const text = rest.toString('utf8', headerLength, headerLength + length);
      rest = rest.subarray(headerLength + length);
      onMessage(text);
    }
  };
}
