import { createHash } from 'node:crypto';

/** Ten digits that stand for a text: the part before the dot in the ids of messages. */
export function numberOf(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  return String(digest.readUIntBE(0, 6) % 10_000_000_000).padStart(10, '0');
}
