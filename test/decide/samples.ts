// Whole facts and configurations for tests that care about one or two of their members.
import type { JsonObject, RuleFacts } from '../../src/alert/alert.ts';
import type { ActiveResponse, AllowListEntry, OssecConf } from '../../src/config/ossec-conf.ts';
import { type DecisionTable, prepareDecisions } from '../../src/decide/decide.ts';
import type { DecisionFacts } from '../../src/decide/facts.ts';
import { compilers } from './patterns.ts';

const position = { file: 'ossec.conf', line: 1, column: 1 };

export function makeRule(members: Partial<RuleFacts> = {}): RuleFacts {
  return {
    id: '5712',
    level: 10,
    groupString: 'syslog,sshd,authentication_failures,',
    noActiveResponse: false,
    ...members,
  };
}

type FactMembers = Partial<Omit<DecisionFacts, 'rule' | 'alert'>> & {
  readonly rule?: Partial<RuleFacts>;
  readonly agent?: string;
  readonly data?: JsonObject;
};

/** Agents 001 and 002 are active, 003 is disconnected; nothing is protected; executables are scripts. */
export function makeFacts({ rule, agent = '000', data = {}, ...members }: FactMembers = {}): DecisionFacts {
  const facts = makeRule(rule);
  return {
    alert: {
      timestamp: '2026-03-01T00:00:00.000+0000',
      id: '1700000000.10',
      rule: { id: facts.id, level: facts.level, description: 'made for a test', groups: [] },
      agent: { id: agent },
      data,
    },
    rule: facts,
    eventMs: 1_000_000,
    nowMs: 1_000_000,
    agents: [
      { id: '002', status: 'active' },
      { id: '001', status: 'active' },
      { id: '003', status: 'disconnected' },
    ],
    neverBlock: () => undefined,
    targetOf: () => ({ kind: 'unknown' }),
    maxAgeMs: 600_000,
    observe: false,
    ...members,
  };
}

export function makeResponse(members: Partial<ActiveResponse> = {}): ActiveResponse {
  return {
    name: 'blk600',
    command: { name: 'blk', executable: 'blk', timeoutAllowed: true, extraArgs: ['a'], position },
    locations: new Set(['local']),
    agentIds: [],
    level: undefined,
    rulesGroup: undefined,
    rulesIds: undefined,
    timeoutSeconds: 600,
    position,
    ...members,
  };
}

export function makeTable(responses: readonly ActiveResponse[], members: Partial<OssecConf> = {}): DecisionTable {
  const conf: OssecConf = {
    file: 'ossec.conf',
    commands: [],
    activeResponses: responses,
    responsesDisabled: false,
    repeatedOffendersMinutes: [],
    allowList: [],
    localFiles: [],
    ruleset: undefined,
    logAlertLevel: 3,
    emailAlertLevel: 12,
    memorySize: 8192,
    archives: { text: false, json: false },
    volumeLevel: 4,
    ruleTest: { enabled: true, maxSessions: 64, sessionTimeoutSeconds: 900 },
    ...members,
  };
  return prepareDecisions(conf, compilers);
}

/** `192.0.2.0/24`, or a single address. */
export function makeNetwork(text: string): AllowListEntry {
  const [address = '', prefix] = text.split('/');
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  return { kind: 'network', text, family, address, prefix: Number(prefix ?? (family === 'ipv6' ? 128 : 32)), position };
}

export function makeMask(text: string, address: number, mask: number): AllowListEntry {
  return { kind: 'masked', text, address, mask, position };
}

export function makeName(text: string): AllowListEntry {
  return { kind: 'name', text, position };
}
