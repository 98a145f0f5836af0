// Event and rule → the object that alerts.json holds, keys in its order. // spec ruleset §9
import type { Alert, AlertAgent, AlertMitre, AlertRule, ArchivedAlert } from '../alert/alert.ts';
import { alertData } from './alert-data.ts';
import { formatTimestamp } from './alert-time.ts';
import { toUnicode } from './bytes.ts';
import type { Decoder } from './decoders/decoder.ts';
import type { Event } from './event.ts';
import { expandDescription, fixedDescription } from './rules/description.ts';
import type { Rule } from './rules/rule.ts';
import { shownHostname } from './shown-hostname.ts';

export interface AlertContext {
  /** Full name of the manager's host. */
  readonly hostname: string;
  /** Level 0 is shown: logtest. */
  readonly showsLevelZero: boolean;
  readonly mitreOf: (rule: Rule) => AlertMitre | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type BuiltAlert = Writable<ArchivedAlert>;

/** Makes the alerts of one ruleset. What is the same in many of them is one object: nobody may change an alert. */
export class AlertBuilder {
  private readonly context: AlertContext;
  private readonly manager: { readonly name: string };
  private readonly ownAgent: AlertAgent;
  /** By index of the rule: its members that are the same in every alert. */
  private readonly rules: (AlertRule | undefined)[] = [];
  private readonly decoders = new Map<Decoder, NonNullable<Alert['decoder']>>();

  constructor(context: AlertContext) {
    this.context = context;
    this.manager = { name: context.hostname };
    this.ownAgent = { id: '000', name: context.hostname };
  }

  /**
   * `rule` is undefined where none matched; `firedTimes` may be that of another rule. // spec ruleset §7.3
   * All members are always there, in their order and some of them undefined: objects of one shape are made and printed faster.
   */
  build(event: Event, rule: Rule | undefined, firedTimes: number): BuiltAlert {
    const { previousOutput: previous, previousLog } = event;
    const hasPrevious = previous !== undefined && previous.length > 1 && previous[1] !== '';
    const alert: Record<string, unknown> = {
      timestamp: formatTimestamp(event.timeMs),
      rule: rule === undefined ? undefined : this.buildRule(event, rule, firedTimes),
      agent: this.buildAgent(event),
      manager: this.manager,
      id: event.messageId,
      previous_output: hasPrevious ? toUnicode(previous.join('\n')) : undefined,
      full_log: rule?.definition.noFullLog === true ? undefined : toUnicode(event.fullLog),
      predecoder: buildPredecoder(event),
      decoder: event.decoder === undefined ? {} : this.decoderOf(event.decoder),
      previous_log: previousLog === undefined ? undefined : toUnicode(previousLog),
      data: alertData(event),
      location: shownLocation(event.location),
    };
    return alert as unknown as BuiltAlert;
  }

  private buildRule(event: Event, rule: Rule, firedTimes: number): AlertRule {
    let fixed = this.rules[rule.index];
    if (fixed === undefined) {
      fixed = this.fixedPart(rule);
      this.rules[rule.index] = fixed;
    }
    const built: Writable<AlertRule> = { ...fixed };
    if (fixedDescription(rule.definition) === undefined) {
      built.description = toUnicode(expandDescription(rule.definition, event));
    }
    if (!rule.definition.noCounter) built.firedtimes = firedTimes;
    return built;
  }

  /** Members in the order of alerts; those that change from alert to alert hold their places. */
  private fixedPart(rule: Rule): AlertRule {
    const { definition } = rule;
    const { shown } = definition;
    const built: Partial<Writable<AlertRule>> = {};
    if (definition.level > 0) built.level = definition.level;
    built.description = toUnicode(fixedDescription(definition) ?? '');
    built.id = rule.id;
    const mitre = this.context.mitreOf(rule);
    if (mitre !== undefined) built.mitre = mitre;
    if (shown.cve !== undefined) built.cve = shown.cve;
    if (shown.info !== undefined) built.info = shown.info;
    if (rule.source !== undefined) built.frequency = definition.frequency + 2;
    if (!definition.noCounter) built.firedtimes = 0;
    built.mail = definition.mail;
    built.groups = shown.groups;
    Object.assign(built, shown.compliance);
    // logtest adds it when all else is there.
    if (definition.level === 0 && this.context.showsLevelZero) built.level = 0;
    return built as AlertRule;
  }

  private buildAgent(event: Event): AlertAgent {
    const { agentId, location, labels } = event;
    if (!location.startsWith('(')) {
      if (agentId === '000') return this.ownAgent;
      return labels === undefined ? { id: agentId } : { id: agentId, labels };
    }
    const close = location.indexOf(')');
    const name = toUnicode(location.slice(1, close < 0 ? undefined : close));
    const start = location.indexOf(') ') + 2;
    const end = location.indexOf('-', start);
    const ip = start < 2 || end < 0 ? 'any' : toUnicode(location.slice(start, end));
    const agent: Writable<AlertAgent> = { id: agentId, name };
    if (ip !== 'any') agent.ip = ip;
    if (labels !== undefined) agent.labels = labels;
    return agent;
  }

  private decoderOf(decoder: Decoder): NonNullable<Alert['decoder']> {
    let built = this.decoders.get(decoder);
    if (built === undefined) {
      built = buildDecoder(decoder);
      this.decoders.set(decoder, built);
    }
    return built;
  }
}

function buildPredecoder(event: Event): Alert['predecoder'] {
  const { programName, timestamp } = event;
  const hostname = shownHostname(event.fullLog);
  if (programName === undefined && timestamp === undefined && hostname === undefined) return undefined;
  const predecoder: Writable<NonNullable<Alert['predecoder']>> = {};
  if (programName !== undefined) predecoder.program_name = toUnicode(programName);
  if (timestamp !== undefined) predecoder.timestamp = toUnicode(timestamp);
  if (hostname !== undefined) predecoder.hostname = toUnicode(hostname);
  return predecoder;
}

function buildDecoder(decoder: Decoder): NonNullable<Alert['decoder']> {
  const built: Writable<NonNullable<Alert['decoder']>> = {};
  if (decoder.accumulate) built.accumulate = 1;
  if (decoder.parent !== undefined) built.parent = toUnicode(decoder.parent);
  built.name = toUnicode(decoder.name);
  if (decoder.firstSeenComment !== undefined) built.ftscomment = toUnicode(decoder.firstSeenComment);
  return built;
}

function shownLocation(location: string): string {
  if (!location.startsWith('(')) return toUnicode(location);
  const arrow = location.indexOf('>');
  return toUnicode(arrow < 0 ? location : location.slice(arrow + 1));
}
