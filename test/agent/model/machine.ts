// A machine: what is in force on it, by whom, and until when; built-ins and scripts that act on it.

import type { ProcessIdentity, ProcessTable, ScriptRunner } from '../../../src/agent/scripts/runner.ts';
import { type AnyBuiltIn, InvalidTarget } from '../../../src/respond/contract.ts';
import type { ModelClock } from './clock.ts';

interface Element {
  /** Boot clock, ms; null: for ever. */
  until: number | null;
}

/** What the machine is given for what has no end. */
const untilRevertedSeconds = 7 * 86_400;

export class ModelMachine {
  readonly elements = new Map<string, Element>();
  readonly clock: ModelClock;
  readonly calls: string[] = [];
  readonly alive = new Map<number, ProcessIdentity>();
  /** While set, what is applied, or reverted, fails. */
  applyFails = false;
  revertFails = false;
  /** Why what is there has no effect; the next application ends it. */
  fault: string | undefined;
  /** Scripts of this name never end by themselves: the run waits until this is called. */
  readonly hanging = new Map<string, (() => void)[]>();
  private life = 0;
  private pids = 100;

  constructor(clock: ModelClock) {
    this.clock = clock;
  }

  crash(): void {
    this.life += 1;
  }

  /** What is in force now; the kernel lifts what has run out. */
  inForce(): readonly string[] {
    for (const [name, { until }] of this.elements) {
      if (until !== null && until <= this.clock.bootMs()) this.elements.delete(name);
    }
    return [...this.elements.keys()].sort();
  }

  builtIn(name: string, machineLifts: boolean): AnyBuiltIn {
    const life = this.life;
    const act = async <T>(call: string, work: () => T): Promise<T> => {
      await Promise.resolve();
      if (life !== this.life) return await new Promise<T>(() => undefined);
      this.calls.push(call);
      this.inForce();
      return work();
    };
    const place = (target: string): string => `${name} ${target}`;
    return {
      name,
      about: { does: '', how: '', proof: '', needs: '' },
      d3fend: { apply: 'D3-ITF', revert: 'D3-RNA' },
      machineLifts,
      renewBelowSeconds: untilRevertedSeconds / 2,
      parse: ({ data }) => {
        const target = data?.srcip;
        if (typeof target !== 'string') throw new InvalidTarget("Cannot read 'srcip' from data or invalid IP format");
        return target;
      },
      keys: (target: string) => [target],
      fromKeys: ([target]) => target ?? '',
      probe: async () => ({ available: true, means: 'model', warnings: [] }),
      prepare: () => act(`prepare ${name}`, () => undefined),
      apply: (applications) =>
        act(`apply ${name} ${applications.length}`, () => {
          this.fault = undefined;
          return applications.map(({ target, remainingSeconds }) => {
            if (this.applyFails) return { ok: false as const, error: 'the model refuses' };
            const until = this.clock.bootMs() + (remainingSeconds ?? untilRevertedSeconds) * 1000;
            const was = this.elements.has(place(target));
            this.elements.set(place(target), { until: machineLifts ? until : null });
            return { ok: true as const, value: { target, was } };
          });
        }),
      verify: (targets: readonly string[]) =>
        act(`verify ${name}`, () =>
          targets.map((target) => ({ effect: this.elements.has(place(target)) ? 'effective' : ('absent' as const) })),
        ),
      revert: (evidence: readonly { target: string; was: boolean }[]) =>
        act(`revert ${name} ${evidence.length}`, () =>
          evidence.map(({ target, was }) => {
            if (this.revertFails) return { ok: false as const, error: 'the model refuses' };
            // What was already so is not taken back.
            if (!was) this.elements.delete(place(target));
            return { ok: true as const, value: null };
          }),
        ),
      inventory: () =>
        act(`inventory ${name}`, () =>
          [...this.elements]
            .filter(([key]) => key.startsWith(`${name} `))
            .map(([key, { until }]) => {
              const target = key.slice(name.length + 1);
              const remainingSeconds = until === null ? null : Math.ceil((until - this.clock.bootMs()) / 1000);
              return { target, evidence: { target, was: false }, remainingSeconds, fault: this.fault };
            }),
        ),
      close: async () => undefined,
    };
  }

  scripts(): ScriptRunner {
    const life = this.life;
    const check = async (): Promise<void> => {
      await Promise.resolve();
      if (life !== this.life) await new Promise(() => undefined);
    };
    return {
      run: async ({ program, lines, hooks }) => {
        const startedAtMs = this.clock.nowMs();
        this.pids += 1;
        const process = { pid: this.pids, startTime: this.pids, bootId: 'boot' };
        this.alive.set(process.pid, process);
        const target = JSON.parse(lines.message).parameters.alert.data.srcip;
        let answered: 'nothing' | 'continue' | 'abort' = 'nothing';
        let exitStatus = 0;
        try {
          await hooks.onStarted(process);
          await check();
          if (lines.purpose === 'delete') {
            this.calls.push(`delete ${program} ${target}`);
            if (this.revertFails) exitStatus = 1;
            else this.elements.delete(`${program} ${target}`);
          } else {
            answered = await hooks.onKeys([target]);
            await check();
            this.calls.push(`${answered} ${program} ${target}`);
            if (answered === 'continue') this.elements.set(`${program} ${target}`, { until: null });
            const waiting = this.hanging.get(program);
            if (waiting !== undefined) await new Promise<void>((resolve) => waiting.push(resolve));
            await check();
          }
        } catch (error) {
          this.alive.delete(process.pid);
          return { outcome: 'refused', reason: error instanceof Error ? error.message : 'unknown' };
        }
        this.alive.delete(process.pid);
        const run = {
          purpose: lines.purpose,
          startedAtMs,
          durationMs: 1,
          exitStatus,
          signal: null,
          timedOut: false,
          stdoutTail: '',
          stderrTail: '',
        };
        return { outcome: 'ran', run, answered };
      },
    };
  }

  processes(): ProcessTable {
    return {
      isAlive: async ({ pid }) => this.alive.has(pid),
      endGroup: async ({ pid }) => {
        this.calls.push(`end ${pid}`);
        this.alive.delete(pid);
      },
    };
  }
}
