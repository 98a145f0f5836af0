// A ruleset at work: message → event → decoder → rule → alert. // spec ruleset §0
import type { Alert, RuleFacts } from '../alert/alert.ts';
import type { LogMessage } from '../source/message.ts';
import { alertData } from './alert-data.ts';
import { AlertBuilder } from './alert-output.ts';
import { CorrelationMemory } from './correlation/memory.ts';
import type { Detection, Detector } from './detector.ts';
import type { Event } from './event.ts';
import { EventReader } from './event-reader.ts';
import { slot } from './fields.ts';
import type { Ruleset } from './load.ts';
import type { LogtestResult } from './logtest-result.ts';
import { type EventRecords, Recorder, type RecordOptions } from './records.ts';
import { evaluate, type Match } from './rules/evaluate.ts';
import { FirstSeenMemory } from './rules/first-seen.ts';
import { type MitreTable, showMitre } from './rules/mitre.ts';
import type { Rule } from './rules/rule.ts';
import type { RuleState } from './rules/state.ts';
import { type TraceStep, traceRules } from './rules/trace.ts';
import type { SharedCounts } from './shared-counts.ts';
import { type DetectionSnapshot, restoreEvents, storeEvent } from './snapshot.ts';

export interface EngineOptions {
  /** Full name of the manager's host. */
  readonly hostname: string;
  readonly logAlertLevel: number;
  /** Most events remembered for correlation. */
  readonly memorySize: number;
  /** Behave as logtest does: no firewall gate, counters never reset, ignored alerts shown. // spec ruleset §10 */
  readonly logtest: boolean;
  readonly mitre?: MitreTable;
  /** 32 random bits, so that nobody can write logs that make it slow. 0 where it is not given. */
  readonly seed?: number;
  /** What is kept besides alerts; nothing where it is not given. */
  readonly records?: RecordOptions;
  /** Other engines of the same ruleset count too. `changes` then tells what was added here since `beginBatch`, not how much there is, and `restore` leaves the counts alone. */
  readonly shared?: SharedCounts;
}

export interface Engine extends Detector {
  /** `traced`: tells of every rule that was tried, which takes longer. */
  logtest(message: LogMessage, options?: { readonly traced: boolean }): LogtestResult;
  /** What changed since the last call (or since the start): to be stored at every checkpoint. */
  changes(): DetectionSnapshot;
  /** All of it. Does not affect `changes`. */
  snapshot(): DetectionSnapshot;
  /** Continues where the snapshot was taken. Before the first message only. */
  restore(snapshot: DetectionSnapshot): void;
  /** First-seen lines that another engine has seen. */
  learn(firstSeen: readonly string[]): void;
}

/** A rule found, and what became of it after its ignore window. */
interface Verdict {
  readonly rule: Rule;
  readonly firedTimes: number;
  /** Neither alerted nor remembered. */
  readonly silent: boolean;
}

const hourMs = 3_600_000;
const firewallSlots = [slot.action, slot.srcip, slot.dstip, slot.srcport, slot.dstport, slot.protocol];

export function createDetector(ruleset: Ruleset, options: EngineOptions): Engine {
  return new RulesetEngine(ruleset, options);
}

class RulesetEngine implements Engine {
  private readonly ruleset: Ruleset;
  private readonly options: EngineOptions;
  private readonly reader: EventReader;
  private readonly state: RuleState;
  private readonly alerts: AlertBuilder;
  private readonly recorder: Recorder | undefined;
  private readonly facts: (RuleFacts | undefined)[];
  private hourStart = Number.NaN;
  private storedThrough = 0;

  constructor(ruleset: Ruleset, options: EngineOptions) {
    this.ruleset = ruleset;
    this.options = options;
    const { rules } = ruleset;
    this.reader = new EventReader(ruleset.decoders, options.hostname);
    const { shared } = options;
    const sharedSequence = shared === undefined ? undefined : (): number => shared.nextSequence();
    this.state = {
      memory: new CorrelationMemory(rules, { capacity: options.memorySize, seed: options.seed ?? 0, sharedSequence }),
      shared,
      firstSeen: new FirstSeenMemory(),
      lastLogs: new Map(),
      changedLogs: new Set(),
      firedTimes: new Int32Array(rules.rules.length),
      ignoredSince: new Float64Array(rules.rules.length),
      changedRules: new Set(),
    };
    const table: MitreTable = options.mitre ?? new Map();
    this.facts = rules.rules.map(() => undefined);
    this.alerts = new AlertBuilder({
      hostname: options.hostname,
      showsLevelZero: options.logtest,
      mitreOf: (rule) => showMitre(rule.definition.mitre, table),
    });
    this.recorder = options.records === undefined ? undefined : new Recorder(options.records, this.alerts);
  }

  process(message: LogMessage): Detection | undefined {
    this.ruleset.patternWatch.startEvent();
    const event = this.reader.read(message);
    if (event.dropped || (!this.options.logtest && isIncompleteFirewall(event))) return undefined;
    this.recorder?.noteDecoded(event, message.excess);
    const detection = this.detect(event);
    this.recorder?.noteJudged(event, detection?.alert);
    return detection;
  }

  private detect(event: Event): Detection | undefined {
    const verdict = this.judge(event);
    if (verdict === undefined || verdict.silent) return undefined;
    const { rule, firedTimes } = verdict;
    const alert = this.alerts.build(event, rule, firedTimes) as Alert;
    this.state.memory.remember(event, rule);
    return { alert, rule: this.factsOf(rule), logged: rule.definition.logged };
  }

  takeRecords(): EventRecords | undefined {
    return this.recorder?.take();
  }

  logtest(message: LogMessage, { traced } = { traced: false }): LogtestResult {
    this.ruleset.patternWatch.startEvent();
    const event = this.reader.read(message);
    const trace: TraceStep[] | undefined = traced ? [] : undefined;
    const gated = !this.options.logtest && isIncompleteFirewall(event);
    const verdict = gated ? undefined : this.judge(event, trace);
    const output = this.alerts.build(event, verdict?.rule, verdict?.firedTimes ?? 0);
    const stored = verdict !== undefined && !verdict.silent;
    if (stored) this.state.memory.remember(event, verdict.rule);
    return {
      predecoding: output.predecoder ?? {},
      decoder: output.decoder ?? {},
      fields: alertData(event) ?? {},
      rule: output.rule,
      facts: verdict === undefined ? undefined : this.factsOf(verdict.rule),
      output,
      alert: stored && verdict.rule.definition.level >= this.options.logAlertLevel,
      ...(trace !== undefined && { trace }),
    };
  }

  private judge(event: Event, trace?: TraceStep[]): Verdict | undefined {
    if (event.dropped) return undefined;
    if (!this.options.logtest) this.watchHour(event.timeMs);
    const { rules } = this.ruleset;
    const match =
      trace === undefined || event.namedRule !== undefined
        ? evaluate(event, rules, this.state)
        : traceRules(event, rules, this.state, trace);
    if (match === undefined) return undefined;
    const { rule } = match;
    const firedTimes = this.state.firedTimes[rule.index] ?? 0;
    if (rule.definition.level === 0) return { rule, firedTimes, silent: true };
    if (rule.definition.ignoreSeconds === 0 || !this.isIgnored(event, rule)) return { rule, firedTimes, silent: false };
    return this.options.logtest ? { rule, firedTimes, silent: true } : replaceIgnored(event, match, firedTimes);
  }

  /** Whether the rule is inside its ignore window; opens one where it is not. // spec ruleset §7.3 */
  private isIgnored(event: Event, rule: Rule): boolean {
    const { ignoredSince, changedRules, shared } = this.state;
    if (shared !== undefined) {
      const ignored = shared.isIgnored(rule.index, event.second, rule.definition.ignoreSeconds);
      if (!ignored) changedRules.add(rule.index);
      return ignored;
    }
    const since = ignoredSince[rule.index] ?? 0;
    if (since !== 0 && event.second - since < rule.definition.ignoreSeconds) return true;
    ignoredSince[rule.index] = since !== 0 && this.options.logtest ? 0 : event.second;
    changedRules.add(rule.index);
    return false;
  }

  /** All counters start anew with every hour of the local clock. // spec ruleset §7.2 */
  private watchHour(timeMs: number): void {
    if (timeMs >= this.hourStart && timeMs < this.hourStart + hourMs) return;
    const first = Number.isNaN(this.hourStart);
    this.hourStart = new Date(timeMs).setMinutes(0, 0, 0);
    if (this.state.shared !== undefined) this.state.shared.enterHour(this.hourStart);
    if (first || this.state.shared !== undefined) return;
    for (const rule of this.ruleset.rules.rules) {
      if (this.state.firedTimes[rule.index] === 0) continue;
      this.state.firedTimes[rule.index] = 0;
      this.state.changedRules.add(rule.index);
    }
  }

  private factsOf(rule: Rule): RuleFacts {
    let facts = this.facts[rule.index];
    if (facts === undefined) {
      const { level, groupString, noActiveResponse } = rule.definition;
      facts = { id: rule.id, level, groupString, noActiveResponse };
      this.facts[rule.index] = facts;
    }
    return facts;
  }

  changes(): DetectionSnapshot {
    const { memory, firstSeen, changedRules, changedLogs } = this.state;
    const after = this.storedThrough;
    this.storedThrough = memory.newestSequence;
    const matched = memory.takeUsedUp().filter(([sequence]) => sequence <= after);
    const snapshot = this.collect(after, changedRules, firstSeen.takeAdded(), changedLogs);
    changedRules.clear();
    changedLogs.clear();
    return { ...snapshot, matched, accumulated: this.reader.accumulator.takeChanged() };
  }

  snapshot(): DetectionSnapshot {
    const { firstSeen, lastLogs } = this.state;
    const indexes = this.ruleset.rules.rules.map(({ index }) => index);
    const used = indexes.filter((index) => this.state.firedTimes[index] !== 0 || this.state.ignoredSince[index] !== 0);
    const snapshot = this.collect(0, used, firstSeen.all(), lastLogs.keys());
    return { ...snapshot, accumulated: this.reader.accumulator.all() };
  }

  private collect(
    after: number,
    indexes: Iterable<number>,
    firstSeen: readonly string[],
    logKeys: Iterable<string>,
  ): DetectionSnapshot {
    const { memory, firedTimes, ignoredSince, lastLogs, shared } = this.state;
    const fired: Record<string, number> = {};
    const ignored: Record<string, number> = {};
    for (const index of indexes) {
      const id = this.ruleset.rules.rules[index]?.id;
      if (id === undefined) continue;
      fired[id] = shared === undefined ? (firedTimes[index] ?? 0) : shared.countedHere(index);
      const since = shared === undefined ? (ignoredSince[index] ?? 0) : shared.openedHere(index);
      if (since !== 0) ignored[id] = since;
    }
    return {
      oldestSequence: memory.oldestSequence,
      newestSequence: memory.newestSequence,
      hourStart: Number.isNaN(this.hourStart) ? null : this.hourStart,
      events: memory.rememberedAfter(after).map(storeEvent),
      matched: [],
      firedTimes: fired,
      ignoredSince: ignored,
      firstSeen,
      lastLogs: Object.fromEntries([...logKeys].map((key) => [key, lastLogs.get(key) ?? ''])),
    };
  }

  restore(snapshot: DetectionSnapshot): void {
    const { rules } = this.ruleset;
    const { memory, firstSeen, firedTimes, ignoredSince, lastLogs } = this.state;
    restoreEvents(snapshot, memory, (id) => rules.findRule(id));
    this.storedThrough = memory.newestSequence;
    firstSeen.restore(snapshot.firstSeen);
    for (const [key, log] of Object.entries(snapshot.lastLogs)) lastLogs.set(key, log);
    this.reader.accumulator.restore(snapshot.accumulated ?? []);
    if (this.state.shared !== undefined) return;
    this.hourStart = snapshot.hourStart ?? Number.NaN;
    for (const [id, times] of Object.entries(snapshot.firedTimes)) {
      const rule = rules.findRule(Number(id));
      if (rule !== undefined) firedTimes[rule.index] = times;
    }
    for (const [id, second] of Object.entries(snapshot.ignoredSince)) {
      const rule = rules.findRule(Number(id));
      if (rule !== undefined) ignoredSince[rule.index] = second;
    }
  }

  learn(lines: readonly string[]): void {
    this.state.firstSeen.restore(lines);
  }
}

/** The daemon drops firewall events that lack a part, before any rule. // spec ruleset §0 item 5 */
function isIncompleteFirewall(event: Event): boolean {
  return event.category === 'firewall' && firewallSlots.some((index) => event.statics[index] === undefined);
}

/** Inside the ignore window the immediate parent stands for the rule. // spec ruleset §7.3 */
function replaceIgnored(event: Event, match: Match, firedTimes: number): Verdict {
  event.previousOutput = undefined;
  event.previousLog = undefined;
  const { parent } = match;
  if (parent === undefined) return { rule: match.rule, firedTimes, silent: true };
  return { rule: parent, firedTimes, silent: parent.definition.level === 0 };
}
