// An endpoint whose clock, disk and machine are models; agents come and go on it.
import type { Agent, AgentSettings, Refuse } from '../../../src/agent/agent.ts';
import { defaultAgentSettings } from '../../../src/agent/agent.ts';
import { createAgent } from '../../../src/agent/create-agent.ts';
import type { CommandId, CommandMessage } from '../../../src/fleet/command.ts';
import type { BuiltInAction, Host } from '../../../src/respond/contract.ts';
import { ModelClock, settle } from './clock.ts';
import { ModelDisk } from './files.ts';
import { ModelMachine } from './machine.ts';

export const journalPath = '/home/var/riposte/journal';
export const logPath = '/home/logs/active-responses.log';

const noHost: Host = {
  run: () => Promise.reject(new Error('the model has no programs')),
  openNetfilter: () => {
    throw new Error('the model has no firewall');
  },
  post: () => Promise.reject(new Error('the model has no network')),
  readFile: async () => undefined,
  changeFile: () => Promise.reject(new Error('the model has no files')),
  after: () => ({ cancel: () => undefined }),
};

export class World {
  readonly clock = new ModelClock();
  readonly disk = new ModelDisk(logPath);
  readonly machine = new ModelMachine(this.clock);
  bootId = 'boot';
  refuse: Refuse = () => undefined;
  turn = async (): Promise<void> => undefined;
  /** What the action `once` does. */
  act: BuiltInAction['act'] = async () => ({ ok: true, value: 'done' });
  private readonly settings: Partial<AgentSettings>;
  private counter = 0;
  locateFails = false;

  constructor(settings: Partial<AgentSettings> = {}) {
    this.settings = settings;
  }

  /** lift: the machine lifts it itself. keep: it stays until it is reverted. script*: a script. */
  createAgent(): Agent {
    return createAgent({
      settings: { ...defaultAgentSettings, agentId: '000', nodeName: 'model', journalPath, logPath, ...this.settings },
      clock: this.clock,
      turn: () => this.turn(),
      bootId: this.bootId,
      files: this.disk.layer(),
      host: noHost,
      builtIns: [this.machine.builtIn('lift', true), this.machine.builtIn('keep', false)],
      actions: [
        { name: 'once', about: { does: '', how: '', needs: '' }, act: (request, host) => this.act(request, host) },
      ],
      locateScript: async (executable) => {
        if (this.locateFails) throw new Error('the scripts folder cannot be read');
        return executable.startsWith('script')
          ? { kind: 'script', path: `/home/${executable}`, program: executable }
          : { kind: 'none' };
      },
      scripts: this.machine.scripts(),
      processes: this.machine.processes(),
      refuse: (targets, message) => this.refuse(targets, message),
    });
  }

  async start(): Promise<Agent> {
    const agent = this.createAgent();
    await agent.start();
    return agent;
  }

  /** The agent is gone in the middle of whatever it did; processes live on. */
  crash(torn = 0): void {
    this.disk.crash(torn);
    this.machine.crash();
    this.clock.dropTimers();
  }

  /** The process alone is gone. */
  kill(): void {
    this.disk.kill();
    this.machine.crash();
    this.clock.dropTimers();
  }

  reboot(): void {
    this.crash();
    this.machine.alive.clear();
    for (const name of [...this.machine.elements.keys()]) {
      if (!name.startsWith('keep')) this.machine.elements.delete(name);
    }
    this.clock.reboot();
    this.bootId += '+';
  }

  message(executable: string, srcip: string, timeoutSeconds: number, id?: string): CommandMessage {
    this.counter += 1;
    const now = this.clock.nowMs();
    return {
      id: (id ?? `command-${this.counter}`) as CommandId,
      response: `${executable}${timeoutSeconds}`,
      executable,
      extraArgs: [],
      timeoutSeconds,
      decidedForMs: now,
      deadlineMs: now + 600_000,
      origin: 'rule',
      alert: {
        timestamp: new Date(now).toISOString(),
        rule: { level: 5, description: 'sshd: brute force', id: '5763', groups: ['sshd'] },
        agent: { id: '000' },
        id: `${now}.${this.counter}`,
        data: { srcip },
        full_log: 'line',
      },
    };
  }

  settle = settle;
}
