// Which file is this? Names move, inodes are used again: the first bytes tell.
import { createHash } from 'node:crypto';
import type { Fingerprint } from './position.ts';

/** Bytes of the head of a file that are looked at. */
export const headLength = 256;

export function fingerprintOf(head: Buffer): Fingerprint {
  const length = Math.min(head.length, headLength);
  return { length, hash: createHash('sha256').update(head.subarray(0, length)).digest('hex') };
}

/** Whether a file that begins with `head` (up to 256 bytes) can be the one of the fingerprint, grown since. An empty file's fingerprint fits all. */
export function fitsFingerprint(head: Buffer, fingerprint: Fingerprint): boolean {
  if (head.length < fingerprint.length) return false;
  return fingerprintOf(head.subarray(0, fingerprint.length)).hash === fingerprint.hash;
}

/**
 * Ten digits that stand for the file in message ids: 32 bits over the path, the inode, the generation and the first line (256 bytes of it at most), all of
 * which are the same whenever the file is read again, while a rotation or a truncation makes another. Undefined until the first line is whole.
 */
export function fileNumber(path: string, ino: number, generation: number, head: Buffer): string | undefined {
  const end = head.indexOf(10);
  if (end < 0 && head.length < headLength) return undefined;
  const hash = createHash('sha256').update(`${path}\n${ino}\n${generation}\n`);
  hash.update(head.subarray(0, end < 0 ? headLength : Math.min(end + 1, headLength)));
  return String(hash.digest().readUInt32BE(0)).padStart(10, '0');
}
