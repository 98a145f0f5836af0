// What is in force, found by (executable, keys) and by what it does to the machine.
import { effectName, type Held, identity } from './held.ts';

export class InForce {
  private readonly byIdentity = new Map<string, Held>();
  private readonly byEffect = new Map<string, Set<Held>>();

  /** Nothing happens before its keys are known; twice is once. */
  add(held: Held): void {
    const { keys, message, means } = held;
    // A script's run that only extended another one holds nothing itself.
    if (keys === undefined || held.extended !== undefined) return;
    this.byIdentity.set(identity(message.executable, keys), held);
    const effect = effectName(means, message.executable, keys);
    const holders = this.byEffect.get(effect);
    if (holders === undefined) this.byEffect.set(effect, new Set([held]));
    else holders.add(held);
  }

  remove(held: Held): void {
    const { keys, message, means } = held;
    if (keys === undefined) return;
    const name = identity(message.executable, keys);
    if (this.byIdentity.get(name) === held) this.byIdentity.delete(name);
    const effect = effectName(means, message.executable, keys);
    const holders = this.byEffect.get(effect);
    holders?.delete(held);
    if (holders?.size === 0) this.byEffect.delete(effect);
  }

  find(executable: string, keys: readonly string[]): Held | undefined {
    return this.byIdentity.get(identity(executable, keys));
  }

  isHeld(effect: string): boolean {
    return this.byEffect.has(effect);
  }

  holdersOf(effect: string): readonly Held[] {
    return [...(this.byEffect.get(effect) ?? [])];
  }

  /** Others that hold what this one did: while there are any, it stays. */
  otherHolders(held: Held): readonly Held[] {
    if (held.keys === undefined) return [];
    const effect = effectName(held.means, held.message.executable, held.keys);
    return this.holdersOf(effect).filter((other) => other !== held);
  }
}
