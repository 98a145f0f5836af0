// What the kernel makes of netlink messages of nf_tables: read here with no code of the writer's, and carried out on the model kernel.
import { isIPv6 } from 'node:net';
import { ModelError, type ModelKernel } from './model-kernel.ts';

interface Message {
  readonly type: number;
  readonly flags: number;
  readonly family: number;
  readonly attributes: Attributes;
}

type Attributes = readonly (readonly [type: number, payload: Buffer])[];

const [batchBegin, batchEnd, getRule, newElement, getElement, deleteElement] = [0x10, 0x11, 0xa07, 0xa0c, 0xa0d, 0xa0e];
const [requested, acknowledged, created] = [0x1, 0x4, 0x400];
const inet = 1;
const noEntry = 2;
const invalid = 22;

/** The errno of every message that failed or asked for an acknowledgment. */
export function carryOut(kernel: ModelKernel, bytes: Uint8Array): number[] {
  const messages = readMessages(Buffer.from(bytes));
  for (const { flags } of messages) if ((flags & requested) === 0) throw new Error('a message that is no request');
  if (messages[0]?.type !== batchBegin) return messages.map((message) => answer(kernel, message));
  if (messages.at(-1)?.type !== batchEnd) throw new Error('a transaction without an end');
  const inside = messages.slice(1, -1);
  try {
    kernel.commit(inside.map(statementOf).join('\n'));
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return [/No such file/.test(error.message) ? noEntry : invalid];
  }
  return inside.filter(({ flags }) => (flags & acknowledged) !== 0).map(() => 0);
}

function answer(kernel: ModelKernel, { type, family, attributes }: Message): number {
  const table = kernel.tables.get(text(attributes, 1));
  if (family !== inet || table === undefined) return noEntry;
  if (type === getRule) {
    const rules = table.chains.get(text(attributes, 2))?.rules ?? [];
    return rules.some(({ handle }) => BigInt(handle) === find(attributes, 3).readBigUInt64BE()) ? 0 : noEntry;
  }
  if (type !== getElement) throw new Error(`the model knows no message of type ${type}`);
  const elements = kernel.elements(text(attributes, 2));
  return readElements(attributes).every(({ address }) => elements.has(address)) ? 0 : noEntry;
}

function statementOf({ type, flags, family, attributes }: Message): string {
  if (family !== inet) throw new Error(`family ${family}`);
  if (type === newElement && (flags & created) === 0) throw new Error('an element that is not to be created');
  const verb = type === newElement ? 'add' : type === deleteElement ? 'delete' : undefined;
  if (verb === undefined) throw new Error(`the model knows no change of type ${type}`);
  const items = readElements(attributes).map(({ address, timeoutMs }) => {
    if (timeoutMs === undefined) return address;
    const seconds = timeoutMs / 1000n;
    return `${address} timeout ${seconds / 86_400n}d${seconds % 86_400n}s`;
  });
  return `${verb} element inet ${text(attributes, 1)} ${text(attributes, 2)} { ${items.join(', ')} }`;
}

function readElements(attributes: Attributes): { address: string; timeoutMs: bigint | undefined }[] {
  return readAttributes(find(attributes, 3)).map(([, payload]) => {
    const element = readAttributes(payload);
    const [, value] = readAttributes(find(element, 1))[0] ?? [];
    const timeout = element.find(([type]) => type === 4)?.[1];
    return { address: addressText(value ?? Buffer.alloc(0)), timeoutMs: timeout?.readBigUInt64BE() };
  });
}

/** As nft prints it, which is the canonical text of an address. */
function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  const address = new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
  if (!isIPv6(address)) throw new Error(`not an address: ${address}`);
  return address;
}

function readMessages(bytes: Buffer): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    messages.push({
      type: bytes.readUInt16LE(at + 4),
      flags: bytes.readUInt16LE(at + 6),
      family: bytes.readUInt8(at + 16),
      attributes: readAttributes(bytes.subarray(at + 20, at + length)),
    });
    at += length;
  }
  return messages;
}

function readAttributes(bytes: Buffer): Attributes {
  const attributes: [number, Buffer][] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    if (length < 4 || at + length > bytes.length) throw new Error('an attribute that does not fit');
    attributes.push([bytes.readUInt16LE(at + 2) & 0x3fff, bytes.subarray(at + 4, at + length)]);
    at += (length + 3) & ~3;
  }
  return attributes;
}

function find(attributes: Attributes, type: number): Buffer {
  const found = attributes.find(([candidate]) => candidate === type);
  if (found === undefined) throw new Error(`no attribute ${type}`);
  return found[1];
}

/** Strings end with a zero byte. */
const text = (attributes: Attributes, type: number): string => find(attributes, type).toString('latin1').slice(0, -1);
