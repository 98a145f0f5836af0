// What /etc/shadow says of an account, and the mark by which a lock of ours is known there. // shadow(5)

export interface ShadowEntry {
  readonly account: string;
  /** Its password begins with `!`. */
  readonly isLocked: boolean;
  /** Day since 1970 on which it expires; undefined: never. */
  readonly expiryDay: number | undefined;
}

export interface StateBefore {
  readonly wasLocked: boolean;
  /** Day since 1970; null: it had none. `lost`: it had one, which nothing remembers any more. */
  readonly expiryDay: number | null | 'lost';
}

/**
 * Accounts locked by us have expired on one of these days of March 1970, which nobody else uses; it tells what was before: locked or not, with a day of
 * expiry or without.
 */
const firstMark = 82;

export function markOf({ wasLocked, expiryDay }: StateBefore): number {
  return firstMark + (wasLocked ? 1 : 0) + (expiryDay === null ? 0 : 2);
}

/** Undefined where it is not locked by us. */
export function readMark({ isLocked, expiryDay }: ShadowEntry): StateBefore | undefined {
  const bits = expiryDay === undefined ? -1 : expiryDay - firstMark;
  if (!isLocked || bits < 0 || bits > 3) return undefined;
  return { wasLocked: (bits & 1) === 1, expiryDay: (bits & 2) === 0 ? null : 'lost' };
}

export function parseShadow(text: string): ReadonlyMap<string, ShadowEntry> {
  const entries = text.split('\n').flatMap((line): [string, ShadowEntry][] => {
    const [account = '', password = '', , , , , , expiry = ''] = line.split(':');
    if (account === '' || !line.includes(':')) return [];
    const expiryDay = /^\d{1,6}$/.test(expiry) ? Number(expiry) : undefined;
    return [[account, { account, isLocked: password.startsWith('!'), expiryDay }]];
  });
  return new Map(entries);
}

/** `1970-03-24`, as usermod(8) takes a day. */
export function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
