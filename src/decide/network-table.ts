// Networks by prefix length: one look-up for each length in use, however many networks there are.
import type { AddressBits } from './address.ts';

/** By prefix length, in the order in which each first came; then by the bits that count. */
type Lengths<Value> = Map<number, Map<bigint | number, Value>>;

export class NetworkTable<Value> {
  private readonly families: Readonly<Record<AddressBits['family'], Lengths<Value>>> = {
    ipv4: new Map(),
    ipv6: new Map(),
  };

  /** Of two equal networks the first stays. */
  add(address: AddressBits, prefix: number, value: Value): void {
    const lengths = this.families[address.family];
    const networks = lengths.get(prefix) ?? new Map<bigint | number, Value>();
    lengths.set(prefix, networks);
    const head = cut(address, prefix);
    if (!networks.has(head)) networks.set(head, value);
  }

  /** The value of a network that the address is in. */
  find(address: AddressBits): Value | undefined {
    for (const [prefix, networks] of this.families[address.family]) {
      const value = networks.get(cut(address, prefix));
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

/** The first `prefix` bits. */
function cut(address: AddressBits, prefix: number): bigint | number {
  if (address.family === 'ipv6') return address.bits >> BigInt(128 - prefix);
  return prefix === 0 ? 0 : address.bits >>> (32 - prefix);
}
