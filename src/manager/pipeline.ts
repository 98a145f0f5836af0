// One message or alert on its way: detect, decide, hand to the endpoint; then write and show what was found. Order is kept, and no answer waits.
import type { Alert, RuleFacts } from '../alert/alert.ts';
import { type DecisionTable, decide } from '../decide/decide.ts';
import type { Decision } from '../decide/decision.ts';
import type { DecisionFacts } from '../decide/facts.ts';
import type { Detection, Detector } from '../detect/detector.ts';
import type { EventRecords } from '../detect/records.ts';
import type { LogMessage } from '../source/message.ts';
import type { DetectionPool } from './detection/detection-pool.ts';
import type { EventLogs } from './event-logs.ts';
import type { EventVolume } from './event-volume.ts';
import type { LineWriter } from './line-writer.ts';

/** What changes when a configuration is loaded again. */
export interface PipelineRules {
  readonly detector: Detector;
  readonly table: DecisionTable;
}

/** Facts of a decision that do not depend on the alert. */
export type StandingFacts = Pick<DecisionFacts, 'agents' | 'neverBlock' | 'targetOf' | 'maxAgeMs' | 'observe'>;

export interface PipelineDeps {
  /** Judges in place of the detector of the rules, in other threads. */
  readonly pool?: Pick<DetectionPool, 'detect'> | undefined;
  readonly alerts: LineWriter;
  /** Where events are kept besides alerts. */
  readonly eventLogs?: Pick<EventLogs, 'add' | 'flush' | 'troubles'> | undefined;
  /** Counts what comes. */
  readonly volume?: Pick<EventVolume, 'count'> | undefined;
  readonly standingFacts: () => StandingFacts;
  readonly nowMs: () => number;
  /** Resolves when what else is due in this turn of the event loop has been done. */
  readonly turn: () => Promise<void>;
  /** So many alerts of a flood wait until it pauses; those after them are written as they come. Default: 10,000. */
  readonly mostWaiting?: number;
  /** Called at once for every decision, those that a guard stopped included, in order. */
  readonly onDecision: (decision: Decision, alert: Alert) => void;
  /** Called some turns later, for each alert and then for its decisions: to be shown. */
  readonly onAlert: (alert: Alert) => void;
  readonly onDecided: (decision: Decision) => void;
}

/** What is still to be written and shown. */
interface Untold {
  /** Undefined: not to be shown, because its rule says so. */
  readonly alert: Alert | undefined;
  /** To be written to alerts.json. */
  readonly isWritten: boolean;
  readonly decisions: readonly Decision[];
}

const noDecisions: readonly Decision[] = [];
const nothing = (): void => undefined;

/** Some ten megabytes. Without a limit a flood that does not pause would fill the memory, and collecting it would slow down everything. */
const defaultMostWaiting = 10_000;

export interface Pipeline {
  useRules(rules: PipelineRules): void;
  /**
   * All has been judged and answered when it returns, or where other threads judge, when its promise resolves. `onTaken` is called in the moment from
   * which on what came of them may be stored, and where they came from has to be.
   */
  takeMessages(messages: readonly LogMessage[], onTaken?: () => void): void | Promise<void>;
  takeAlert(alert: Alert, rule: RuleFacts, eventMs: number): void;
  /** Writes what is left of the alerts. No message may follow. */
  close(): void;
  /** Writes and shows at once what waits for its turn, and writes the alerts that a full disk has kept back, or tries to. */
  flushAlerts(): void;
  /** Why something cannot be written now; empty while all is well. */
  troubles(): readonly string[];
  readonly counts: { messages: number; alerts: number; decisions: number };
}

export function createPipeline(initial: PipelineRules, deps: PipelineDeps): Pipeline {
  const { alerts, standingFacts, nowMs, turn, onDecision, onAlert, onDecided } = deps;
  const { mostWaiting = defaultMostWaiting, pool, eventLogs, volume } = deps;
  let { detector, table } = initial;
  let untold: Untold[] = [];
  let isWatched = false;
  /** Since the last pause more has come than may wait. */
  let isFlood = false;
  const counts = { messages: 0, alerts: 0, decisions: 0 };

  function respond(alert: Alert, rule: RuleFacts, eventMs: number, standing: StandingFacts): readonly Decision[] {
    // Most alerts bind to no response: nothing is put together for them.
    if (table.binder.bind(rule).length === 0) return noDecisions;
    const decisions = decide(table, { ...standing, alert, rule, eventMs, nowMs: nowMs() });
    for (const decision of decisions) {
      counts.decisions += 1;
      onDecision(decision, alert);
    }
    return decisions;
  }

  function answer({ alert, rule, logged }: Detection, timeMs: number, standing: StandingFacts): void {
    counts.alerts += 1;
    const decisions = respond(alert, rule, timeMs, standing);
    if (logged || decisions.length > 0)
      untold.push({ alert: logged ? alert : undefined, isWritten: logged, decisions });
  }

  /** Counts the message; where it is one too many, it says so. */
  function withExcess(message: LogMessage): LogMessage {
    const excess = volume?.count(message.timeMs);
    return excess === undefined ? message : { ...message, excess };
  }

  /** An excess answers to no response: it tells of the host, not of who sent the event. */
  function keep(records: EventRecords | undefined): void {
    if (records === undefined) return;
    for (const { alert, logged } of records.volume) {
      counts.alerts += 1;
      if (logged) untold.push({ alert, isWritten: true, decisions: noDecisions });
    }
    eventLogs?.add(records);
  }

  function judgeHere(messages: readonly LogMessage[]): void {
    const standing = standingFacts();
    for (const message of messages) {
      counts.messages += 1;
      const detection = detector.process(withExcess(message));
      if (detection !== undefined) answer(detection, message.timeMs, standing);
    }
    keep(detector.takeRecords());
    tellInTime();
  }

  function judgeInThreads(
    threads: NonNullable<PipelineDeps['pool']>,
    messages: readonly LogMessage[],
    onTaken: () => void,
  ): Promise<void> {
    counts.messages += messages.length;
    return threads.detect(volume === undefined ? messages : messages.map(withExcess), {
      onTaken,
      onFound(found, records) {
        const standing = standingFacts();
        for (const { message, detection } of found) answer(detection, message.timeMs, standing);
        keep(records);
        tellInTime();
      },
    });
  }

  /** Attackers are to be blocked first: what was found is written and shown when no more comes at once, or too much waits. */
  function tellInTime(): void {
    if (untold.length === 0) return;
    if (untold.length >= mostWaiting) isFlood = true;
    if (isFlood) flush();
    if (!isWatched) void tellInPause();
  }

  async function tellInPause(): Promise<void> {
    isWatched = true;
    let before: number;
    do {
      before = counts.alerts;
      // Two: in the first the source may not have had its turn yet.
      await turn();
      await turn();
    } while (counts.alerts > before);
    isWatched = false;
    isFlood = false;
    flush();
  }

  function flush(): void {
    const all = untold;
    untold = [];
    for (const { alert, isWritten, decisions } of all) {
      if (alert !== undefined) {
        if (isWritten) alerts.add(alert);
        onAlert(alert);
      }
      for (const decision of decisions) onDecided(decision);
    }
    alerts.flush();
    eventLogs?.flush();
  }

  return {
    counts,
    flushAlerts: flush,
    troubles: () => [...alerts.troubles(), ...(eventLogs?.troubles() ?? [])],
    useRules(next) {
      ({ detector, table } = next);
    },
    close() {
      flush();
      alerts.close();
    },
    takeMessages(messages, onTaken) {
      if (pool !== undefined) return judgeInThreads(pool, messages, onTaken ?? nothing);
      judgeHere(messages);
      onTaken?.();
      return undefined;
    },
    takeAlert(alert, rule, eventMs) {
      counts.alerts += 1;
      const decisions = respond(alert, rule, eventMs, standingFacts());
      untold.push({ alert, isWritten: false, decisions });
      tellInTime();
    },
  };
}
