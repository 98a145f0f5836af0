// The table in `etc/riposte.yaml` by which alerts of other programs are read, and those that are known without it.
import { z } from 'zod';
import type { AlertMapping, MappedValue } from '../alert/alert-mapping.ts';
import { type JsonPath, parseJsonPath } from '../alert/json-path.ts';

const pathSchema = z.string().transform((text, context): JsonPath => {
  const path = parseJsonPath(text);
  if (path !== undefined) return path;
  context.addIssue(`${text} is no path such as $.client.ip`);
  return z.NEVER;
});

/** What begins with `$` is a path, anything else a text. */
const valueSchema = z.string().transform((text, context): MappedValue => {
  if (!text.startsWith('$')) return { text };
  const path = parseJsonPath(text);
  if (path !== undefined) return { path };
  context.addIssue(`${text} is no path such as $.client.ip`);
  return z.NEVER;
});

const levelSchema = z.int().min(0).max(16);
const scalarSchema = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const scalarsSchema = z.union([z.array(scalarSchema).min(1), scalarSchema.transform((one) => [one])]);
const nameSchema = z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, 'a name of small letters, digits, - and _');

const mappingSchema = z
  .strictObject({
    items: pathSchema.optional(),
    when: z.record(z.string(), scalarsSchema).default({}),
    rule: z
      .union([z.string(), z.number()])
      .transform(String)
      .pipe(z.string().regex(/^[1-9]\d{0,5}$/, 'a rule id of at most six digits')),
    level: z.union([
      levelSchema,
      z.strictObject({ from: pathSchema, levels: z.record(z.string(), levelSchema), otherwise: levelSchema }),
    ]),
    groups: z.array(z.string().regex(/^[^,]+$/)).default([]),
    description: valueSchema,
    timestamp: pathSchema.optional(),
    id: pathSchema.optional(),
    data: z.record(z.string().min(1), valueSchema),
  })
  .transform(({ items, when, level, timestamp, id, data, ...rest }, context): AlertMapping => {
    const conditions = Object.entries(when).map(([text, values]) => {
      const path = parseJsonPath(text);
      if (path === undefined) context.addIssue(`when: ${text} is no path such as $.kind`);
      return { path: path ?? [], values };
    });
    return {
      ...rest,
      items,
      when: conditions,
      level:
        typeof level === 'number'
          ? level
          : { path: level.from, levels: new Map(Object.entries(level.levels)), otherwise: level.otherwise },
      timestamp,
      id,
      data: new Map(Object.entries(data)),
    };
  });

export type AlertMappings = ReadonlyMap<string, AlertMapping>;

/** Names to mappings. */
export const alertMappingsSchema = z
  .record(nameSchema, mappingSchema)
  .transform((table): AlertMappings => new Map(Object.entries(table)));

/**
 * Suricata's alerts are what Wazuh's rule 86601 makes of them. Falco and CrowdSec have no rules there: 99901 and 99902 stand for them. Field names are those
 * of their documentation.
 */
export const knownMappings: AlertMappings = alertMappingsSchema.parse({
  suricata: {
    when: { '$.event_type': 'alert' },
    rule: 86601,
    level: { from: '$.alert.severity', levels: { 1: 10, 2: 7, 3: 5 }, otherwise: 3 },
    groups: ['ids', 'suricata'],
    description: '$.alert.signature',
    timestamp: '$.timestamp',
    data: {
      srcip: '$.src_ip',
      srcport: '$.src_port',
      dstip: '$.dest_ip',
      dstport: '$.dest_port',
      protocol: '$.proto',
      action: '$.alert.action',
      'alert.signature_id': '$.alert.signature_id',
      'alert.category': '$.alert.category',
    },
  },
  falco: {
    rule: 99901,
    level: {
      from: '$.priority',
      levels: { Emergency: 15, Alert: 14, Critical: 12, Error: 10, Warning: 7, Notice: 5, Informational: 3, Debug: 2 },
      otherwise: 3,
    },
    groups: ['falco'],
    description: '$.rule',
    timestamp: '$.time',
    data: {
      srcip: '$.output_fields["fd.cip"]',
      srcport: '$.output_fields["fd.cport"]',
      dstip: '$.output_fields["fd.sip"]',
      dstport: '$.output_fields["fd.sport"]',
      dstuser: '$.output_fields["user.name"]',
      'process.pid': '$.output_fields["proc.pid"]',
      'process.name': '$.output_fields["proc.name"]',
      'container.id': '$.output_fields["container.id"]',
      output: '$.output',
    },
  },
  crowdsec: {
    items: '$.decisions',
    when: { '$.type': 'ban', '$.scope': ['Ip', 'ip'] },
    rule: 99902,
    level: 10,
    groups: ['crowdsec'],
    description: '$.scenario',
    id: '$.uuid',
    data: {
      srcip: '$.value',
      'crowdsec.scenario': '$.scenario',
      'crowdsec.origin': '$.origin',
      'crowdsec.duration': '$.duration',
    },
  },
});
