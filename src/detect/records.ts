// What an engine keeps of events besides alerts: all of them for the archives, those of firewalls, and an excess of them. // spec ruleset §5.10, §10
import type { Alert, AlertRule, ArchivedAlert } from '../alert/alert.ts';
import type { AlertBuilder } from './alert-output.ts';
import { toUnicode } from './bytes.ts';
import type { Event } from './event.ts';
import { firewallLine } from './firewall-line.ts';
import { originLine } from './origin-line.ts';

export interface RecordOptions {
  /** In which forms every event is kept. */
  readonly archives: { readonly text: boolean; readonly json: boolean };
  /** Level of rule 11; 0: an excess is not told. */
  readonly volumeLevel: number;
  readonly logAlertLevel: number;
  readonly emailAlertLevel: number;
}

/** An event in the forms that were asked for. */
export interface ArchivedEvent {
  readonly json: ArchivedAlert | undefined;
  /** A line, or more where the event has more; latin1, one character for each byte. */
  readonly text: string | undefined;
}

export interface VolumeAlert {
  readonly alert: Alert;
  /** It is to be written to alerts.json. */
  readonly logged: boolean;
}

export interface EventRecords {
  readonly archived: readonly ArchivedEvent[];
  /** Lines of the firewall log; latin1, one character for each byte. */
  readonly firewall: readonly string[];
  readonly volume: readonly VolumeAlert[];
}

export class Recorder {
  private readonly options: RecordOptions;
  private readonly alerts: AlertBuilder;
  private readonly volumeRule: AlertRule;
  private readonly keepsAll: boolean;
  private archived: ArchivedEvent[] = [];
  private firewall: string[] = [];
  private volume: VolumeAlert[] = [];

  constructor(options: RecordOptions, alerts: AlertBuilder) {
    this.options = options;
    this.alerts = alerts;
    this.keepsAll = options.archives.text || options.archives.json;
    this.volumeRule = {
      level: options.volumeLevel,
      description: 'Excessive number of events (above normal).',
      id: '11',
      mail: options.volumeLevel >= options.emailAlertLevel,
      groups: ['stats'],
    };
  }

  /** Before rules look at it. */
  noteDecoded(event: Event, excess: string | undefined): void {
    if (event.category === 'firewall') this.firewall.push(firewallLine(event));
    if (excess === undefined || this.options.volumeLevel === 0) return;
    const alert = { ...this.alerts.build(event, undefined, 0), rule: this.volumeRule, full_log: excess } as Alert;
    this.volume.push({ alert, logged: this.options.volumeLevel >= this.options.logAlertLevel });
  }

  /** `alert`: what it raised, of a level above 0. */
  noteJudged(event: Event, alert: Alert | undefined): void {
    if (!this.keepsAll) return;
    const { text, json } = this.options.archives;
    this.archived.push({
      json: json ? this.wholeOf(event, alert) : undefined,
      text: text ? `${originLine(event)} ${event.fullLog}` : undefined,
    });
  }

  private wholeOf(event: Event, alert: Alert | undefined): ArchivedAlert {
    if (alert === undefined) return this.alerts.build(event, undefined, 0);
    // `no_full_log` is about alerts.
    return alert.full_log === undefined ? { ...alert, full_log: toUnicode(event.fullLog) } : alert;
  }

  /** What was noted since the last call. */
  take(): EventRecords | undefined {
    const { archived, firewall, volume } = this;
    if (archived.length + firewall.length + volume.length === 0) return undefined;
    this.archived = [];
    this.firewall = [];
    this.volume = [];
    return { archived, firewall, volume };
  }
}
