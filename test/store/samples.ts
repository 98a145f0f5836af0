// A decision and an execution, whole, for tests that care about one or two of their members.
import type { Decision } from '../../src/decide/decision.ts';
import type { CommandId } from '../../src/fleet/command.ts';
import type { Execution } from '../../src/fleet/execution.ts';

export function makeDecision(id: string, members: Partial<Decision> = {}): Decision {
  return {
    id,
    alertId: '1700000000.1',
    ruleId: '5712',
    ruleDescription: 'sshd: brute force',
    response: 'firewall-drop600',
    executable: 'firewall-drop',
    extraArgs: [],
    locations: ['local'],
    agents: ['000'],
    target: undefined,
    timeoutSeconds: 600,
    eventMs: 1000,
    decidedAtMs: 1001,
    outcome: 'run',
    guard: undefined,
    reason: 'the level is 10 or higher; on the manager, where the event is from',
    ...members,
  };
}

export function makeExecution(id: string, members: Partial<Execution> = {}): Execution {
  return {
    id: id as CommandId,
    agentId: '000',
    response: 'firewall-drop600',
    executable: 'firewall-drop',
    program: 'built-in',
    state: 'active',
    key: undefined,
    target: undefined,
    ruleId: '5712',
    ruleDescription: 'sshd: brute force',
    origin: 'rule',
    startedAtMs: 1002,
    expiresAtMs: 601_000,
    timeoutSeconds: 600,
    effect: 'effective',
    reason: undefined,
    extended: undefined,
    revertAttempts: 0,
    runs: [],
    ...members,
  };
}
