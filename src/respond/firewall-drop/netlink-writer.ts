// Netlink messages of nf_tables as bytes: headers, attributes, nested attributes. // <linux/netlink.h>, <linux/netfilter/nfnetlink.h>

const headerSize = 16;
const genericHeaderSize = 4;
const attributeHeaderSize = 4;
const nested = 0x8000;

/** nlmsg_flags. */
export const flag = { request: 0x1, acknowledge: 0x4, create: 0x400 } as const;

const batchBegin = 0x10;
const batchEnd = 0x11;
/** NFNL_SUBSYS_NFTABLES. */
export const nftablesSubsystem = 10;

const aligned = (length: number): number => (length + 3) & ~3;

/** Writes into one buffer that is used again and again: what `bytes` gives is valid until `start`. */
export class NetlinkWriter {
  /** Zeros from `#length` on: padding must carry nothing of an earlier message. */
  #buffer = Buffer.alloc(4096);
  #length = 0;
  #sequence = 0;

  start(): void {
    this.#buffer.fill(0, 0, this.#length);
    this.#length = 0;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** All messages that `write` adds become one transaction. */
  transaction(write: () => void): void {
    this.message({ type: batchBegin, flags: flag.request, family: 0, resource: nftablesSubsystem }, () => undefined);
    write();
    this.message({ type: batchEnd, flags: flag.request, family: 0, resource: nftablesSubsystem }, () => undefined);
  }

  message(
    head: { readonly type: number; readonly flags: number; readonly family: number; readonly resource?: number },
    write: () => void,
  ): void {
    const at = this.#reserve(headerSize + genericHeaderSize);
    this.#sequence = (this.#sequence + 1) >>> 0;
    write();
    const buffer = this.#buffer;
    buffer.writeUInt32LE(this.#length - at, at);
    buffer.writeUInt16LE(head.type, at + 4);
    buffer.writeUInt16LE(head.flags, at + 6);
    buffer.writeUInt32LE(this.#sequence, at + 8);
    buffer.writeUInt32LE(0, at + 12);
    buffer.writeUInt8(head.family, at + 16);
    buffer.writeUInt8(0, at + 17);
    buffer.writeUInt16BE(head.resource ?? 0, at + 18);
  }

  text(type: number, value: string): void {
    const at = this.#attribute(type, value.length + 1);
    this.#buffer.write(value, at, 'latin1');
  }

  value(type: number, value: Uint8Array): void {
    const at = this.#attribute(type, value.length);
    this.#buffer.set(value, at);
  }

  /** Big-endian, as all numbers of nf_tables are. */
  uint64(type: number, value: number): void {
    const at = this.#attribute(type, 8);
    this.#buffer.writeUInt32BE(Math.floor(value / 2 ** 32), at);
    this.#buffer.writeUInt32BE(value >>> 0, at + 4);
  }

  /** At most 65,535 bytes, its header included: what a netlink attribute can hold. */
  nest(type: number, write: () => void): void {
    const at = this.#reserve(attributeHeaderSize);
    write();
    this.#buffer.writeUInt16LE(this.#length - at, at);
    this.#buffer.writeUInt16LE(type | nested, at + 2);
  }

  /** Where its payload begins. */
  #attribute(type: number, length: number): number {
    const at = this.#reserve(aligned(attributeHeaderSize + length));
    this.#buffer.writeUInt16LE(attributeHeaderSize + length, at);
    this.#buffer.writeUInt16LE(type, at + 2);
    return at + attributeHeaderSize;
  }

  #reserve(length: number): number {
    const at = this.#length;
    const end = at + length;
    if (end > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(end, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, at));
      this.#buffer = larger;
    }
    this.#length = end;
    return at;
  }
}
