// One message or alert on its way: detect, write, decide, hand to the endpoint. Order is kept; nothing here waits.
import type { Alert, RuleFacts } from '../alert/alert.ts';
import { type DecisionTable, decide } from '../decide/decide.ts';
import type { Decision } from '../decide/decision.ts';
import type { DecisionFacts } from '../decide/facts.ts';
import type { Detector } from '../detect/detector.ts';
import type { LogMessage } from '../source/message.ts';
import type { AlertWriter } from './alert-writer.ts';

/** What changes when a configuration is loaded again. */
export interface PipelineRules {
  readonly detector: Detector;
  readonly table: DecisionTable;
}

/** Facts of a decision that do not depend on the alert. */
export type StandingFacts = Pick<DecisionFacts, 'agents' | 'neverBlock' | 'targetOf' | 'maxAgeMs' | 'observe'>;

export interface PipelineDeps {
  readonly alerts: AlertWriter;
  readonly standingFacts: () => StandingFacts;
  readonly nowMs: () => number;
  /** Called for every decision, those that a guard stopped included, in order. */
  readonly onDecision: (decision: Decision, alert: Alert) => void;
  readonly onAlert: (alert: Alert, rule: RuleFacts) => void;
}

export interface Pipeline {
  useRules(rules: PipelineRules): void;
  takeMessages(messages: readonly LogMessage[]): void;
  takeAlert(alert: Alert, rule: RuleFacts, eventMs: number): void;
  /** Writes what is left of the alerts. No message may follow. */
  close(): void;
  /** Writes the alerts that a full disk has kept back, or tries to. */
  flushAlerts(): void;
  /** Why alerts cannot be written now; empty while all is well. */
  troubles(): readonly string[];
  readonly counts: { messages: number; alerts: number; decisions: number };
}

export function createPipeline(initial: PipelineRules, deps: PipelineDeps): Pipeline {
  let rules = initial;
  const counts = { messages: 0, alerts: 0, decisions: 0 };

  function respond(alert: Alert, rule: RuleFacts, eventMs: number, standing: StandingFacts): void {
    // Most alerts bind to no response: nothing is put together for them.
    if (rules.table.binder.bind(rule).length === 0) return;
    const decisions = decide(rules.table, { ...standing, alert, rule, eventMs, nowMs: deps.nowMs() });
    for (const decision of decisions) {
      counts.decisions += 1;
      deps.onDecision(decision, alert);
    }
  }

  return {
    counts,
    flushAlerts: () => deps.alerts.flush(),
    troubles: () => deps.alerts.troubles(),
    useRules(next) {
      rules = next;
    },
    close: () => deps.alerts.close(),
    takeMessages(messages) {
      const standing = deps.standingFacts();
      for (const message of messages) {
        counts.messages += 1;
        const detection = rules.detector.process(message);
        if (detection === undefined) continue;
        counts.alerts += 1;
        if (detection.logged) {
          deps.alerts.add(detection.alert);
          deps.onAlert(detection.alert, detection.rule);
        }
        respond(detection.alert, detection.rule, message.timeMs, standing);
      }
      deps.alerts.flush();
    },
    takeAlert(alert, rule, eventMs) {
      counts.alerts += 1;
      deps.onAlert(alert, rule);
      respond(alert, rule, eventMs, deps.standingFacts());
    },
  };
}
