// The one table of the settings of `etc/riposte.yaml`: what each is called, may be, is by default and does.
import { z } from 'zod';
import { parsePrefix } from './address.ts';
import { type AlertMappings, alertMappingsSchema } from './alert-mappings.ts';

/** What the lines of standard input are: log lines, or the alerts of another program. */
export const stdinFormats = ['syslog', 'alerts'] as const;
export type StdinFormat = (typeof stdinFormats)[number];

/** How alerts.json and the other logs of events are divided into files. */
export const alertsRotations = ['daily', 'none'] as const;
export type AlertsRotation = (typeof alertsRotations)[number];

export interface Settings {
  readonly alerts: string | undefined;
  readonly alertsRotation: AlertsRotation;
  readonly stdin: boolean;
  readonly stdinFormat: StdinFormat;
  readonly observe: boolean;
  readonly liftOnStop: boolean;
  readonly maxEventAgeSeconds: number;
  readonly scriptDeadlineSeconds: number;
  readonly maxRunningPerExecutable: number;
  readonly maxRunning: number;
  readonly revertSlots: number;
  readonly repeatedOffendersClimbInForce: boolean;
  /** Addresses and prefixes, canonical: `192.0.2.1`, `2001:db8::/32`. */
  readonly neverBlock: readonly string[];
  readonly reconcileIntervalSeconds: number;
  readonly protectedAccounts: readonly string[];
  readonly detectionThreads: number;
  /** `PROGRAM=UNIT`, both perhaps with `*`. */
  readonly journalSenders: readonly string[];
  /** Of loopback, canonical, with a port: `127.0.0.1:9080`, `[::1]:9080`. */
  readonly httpListen: string | undefined;
  readonly alertMappings: AlertMappings;
}

export interface SettingDefinition<T> {
  /** In the file; as a variable in capitals behind `RIPOSTE_`, as a flag with `-` for `_`. */
  readonly key: string;
  readonly kind: 'path' | 'switch' | 'number' | 'list' | 'choice' | 'text' | 'table';
  readonly default: T;
  /** Read once, at the start: a reload names it instead of applying it. */
  readonly needsRestart: boolean;
  /** What a value must be, to follow "it must be". */
  readonly expectation: string;
  readonly description: string;
  readonly schema: z.ZodType<T>;
}

type SettingsTable = { readonly [Property in keyof Settings]: SettingDefinition<Settings[Property]> };

const prefixSchema = z.string().transform((text, context) => {
  const prefix = parsePrefix(text);
  if (prefix === undefined) {
    context.addIssue('no address or prefix');
    return z.NEVER;
  }
  const whole = prefix.family === 'ipv4' ? 32 : 128;
  return prefix.prefix === whole ? prefix.address : `${prefix.address}/${prefix.prefix}`;
});

const httpAddressSchema = z.string().transform((text, context): string => {
  const [, bracketed, plain, port = ''] = /^(?:\[([0-9a-f:]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = parsePrefix(bracketed ?? plain ?? '')?.address ?? '';
  if ((host === '::1' || /^127\./.test(host)) && Number(port) >= 1 && Number(port) <= 65_535) {
    return host === '::1' ? `[${host}]:${Number(port)}` : `${host}:${Number(port)}`;
  }
  context.addIssue('no address of loopback with a port');
  return z.NEVER;
});

/** When a change of a setting takes effect. */
const atOnce = false;
const atStart = true;

export const settingsTable: SettingsTable = {
  alerts: {
    key: 'alerts',
    kind: 'path',
    default: undefined,
    needsRestart: false,
    expectation: 'the path of an alerts.json',
    description:
      'An alerts.json of another program to follow, besides the log files. A relative path counts from the home, as a flag from the current folder.',
    schema: z.string().min(1),
  },
  alertsRotation: {
    key: 'alerts_rotation',
    kind: 'choice',
    default: 'daily',
    needsRestart: atStart,
    expectation: alertsRotations.join(' or '),
    description:
      "What becomes of this service's own alerts.json at midnight: daily, a new file, and that of the day before compressed; none, it grows on. The archives and the log of firewalls follow it.",
    schema: z.enum(alertsRotations),
  },
  stdin: defineSwitch(
    'stdin',
    atStart,
    'Read standard input too, under the location stdin. Its end does not end the service.',
  ),
  stdinFormat: {
    key: 'stdin_format',
    kind: 'choice',
    default: 'syslog',
    needsRestart: atStart,
    expectation: stdinFormats.join(' or '),
    description: 'What standard input has: syslog, log lines; alerts, one alert of an alerts.json a line.',
    schema: z.enum(stdinFormats),
  },
  observe: defineSwitch('observe', atStart, 'Decide and record, but touch nothing.'),
  liftOnStop: defineSwitch(
    'lift_on_stop',
    atOnce,
    'Revert everything that is in force when the service is stopped in order.',
  ),
  maxEventAgeSeconds: defineNumber('max_event_age_seconds', 600, 315_360_000, {
    description: 'A response without a timeout is not run for an event older than this many seconds.',
  }),
  scriptDeadlineSeconds: defineNumber('script_deadline_seconds', 30, 86_400, {
    description: 'A script that runs longer than this many seconds is ended, with all that it started.',
  }),
  maxRunningPerExecutable: defineNumber('max_running_per_executable', 8, 1_024, {
    description: 'How many runs of one executable there may be at once.',
  }),
  maxRunning: defineNumber('max_running', 64, 4_096, { description: 'How many scripts may run at once.' }),
  revertSlots: defineNumber('revert_slots', 16, 1_024, {
    description: 'How many reverts may run at once, beside the runs that max_running counts.',
  }),
  repeatedOffendersClimbInForce: defineSwitch(
    'repeated_offenders_climb_in_force',
    atOnce,
    "Count a repeat towards the next timeout while the response is still in force: Wazuh's way.",
  ),
  neverBlock: {
    key: 'never_block',
    kind: 'list',
    default: [],
    needsRestart: atOnce,
    expectation: 'a list of addresses or prefixes, such as 192.0.2.1 or 2001:db8::/32',
    description:
      "Addresses and prefixes never to block, besides loopback, the host's own, gateway, resolvers and manager.",
    schema: z.array(prefixSchema),
  },
  reconcileIntervalSeconds: defineNumber('reconcile_interval_seconds', 60, 86_400, {
    description: 'How often journal and machine are compared and made to agree.',
  }),
  protectedAccounts: {
    key: 'protected_accounts',
    kind: 'list',
    default: [],
    needsRestart: atOnce,
    expectation: 'a list of account names',
    description:
      "Accounts that no disable-account locks, be it a script or built in, besides every one with user id 0 and the service's own.",
    schema: z.array(z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.@$-]{0,255}$/)),
  },
  detectionThreads: defineNumber('detection_threads', 0, 64, {
    minimum: 0,
    needsRestart: atStart,
    description:
      'In how many threads beside the main one events are judged, those of one agent always in the same. 0: in the main thread.',
  }),
  journalSenders: {
    key: 'journal_senders',
    kind: 'list',
    default: [],
    needsRestart: atOnce,
    expectation: 'a list of PROGRAM=UNIT, such as sshd=my-sshd.service',
    description:
      'Units that are believed when they write to the journal under the name of a program, besides those that are known; * stands for any characters.',
    schema: z.array(z.string().regex(/^[^=\s]+=[^=\s]+$/)),
  },
  httpListen: {
    key: 'http_listen',
    kind: 'text',
    default: undefined,
    needsRestart: atStart,
    expectation: 'an address of this host alone with a port, such as 127.0.0.1:9080 or [::1]:9080',
    description: 'Where alerts may be posted over HTTP, with the token in etc/http-token. Without it nothing listens.',
    schema: httpAddressSchema,
  },
  alertMappings: {
    key: 'alert_mappings',
    kind: 'table',
    default: new Map(),
    needsRestart: atOnce,
    expectation: 'a table of names and what makes an alert of their JSON, as docs/http.md has it',
    description: 'How alerts of other programs that are posted are read, besides suricata, falco and crowdsec.',
    schema: alertMappingsSchema,
  },
};

function defineSwitch(key: string, needsRestart: boolean, description: string): SettingDefinition<boolean> {
  const expectation = 'true or false';
  return { key, kind: 'switch', default: false, needsRestart, expectation, description, schema: z.boolean() };
}

function defineNumber(
  key: string,
  byDefault: number,
  maximum: number,
  {
    description,
    minimum = 1,
    needsRestart = atOnce,
  }: { readonly description: string; readonly minimum?: number; readonly needsRestart?: boolean },
): SettingDefinition<number> {
  const expectation = `a whole number from ${minimum} to ${maximum}`;
  const schema = z.number().int().min(minimum).max(maximum);
  return { key, kind: 'number', default: byDefault, needsRestart, expectation, description, schema };
}
