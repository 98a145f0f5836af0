// The addresses of `<srcip>` and `<dstip>`. // spec ruleset §6.2
import { BlockList, isIP } from 'node:net';

const netmask = /^\d+\.\d+\.\d+\.\d+$/;

/** Addresses and networks; a field is tested against all of them. */
export class AddressList {
  /** The entries as they were written. */
  readonly texts: string[] = [];
  private any = false;
  private readonly networks = new BlockList();

  /** False where the text is no address, network or `any`. */
  add(text: string): boolean {
    this.texts.push(text);
    // A leading `!` is accepted and ignored, as in the original.
    const entry = text.startsWith('!') ? text.slice(1) : text;
    if (entry === 'any') {
      this.any = true;
      return true;
    }
    const [address = '', mask] = entry.split('/');
    const version = isIP(address);
    if (version === 0) return false;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    const bits = mask === undefined ? (version === 4 ? 32 : 128) : readMask(mask);
    if (bits === undefined || bits > (version === 4 ? 32 : 128)) return false;
    this.networks.addSubnet(address, bits, family);
    return true;
  }

  /** A text that is no address is never contained. */
  contains(text: string): boolean {
    const version = isIP(text);
    if (version === 0) return false;
    return this.any || this.networks.check(text, version === 4 ? 'ipv4' : 'ipv6');
  }
}

function readMask(text: string): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  if (!netmask.test(text) || isIP(text) !== 4) return undefined;
  const bits = text
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : undefined;
}
