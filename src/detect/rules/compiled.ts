// `<compiled_rule>`: conditions that are code. // spec ruleset §6.2
import type { Event } from '../event.ts';
import { slot } from '../fields.ts';
import { rank } from './conditions.ts';
import type { Condition } from './rule.ts';

const crawlerNetworks = ['66.249.', '72.14.', '209.85.', '65.55.', '207.46.', '74.6.', '72.30.', '67.195.'];
const longId = 10;

const functions: Readonly<Record<string, (event: Event) => boolean>> = {
  is_simple_http_request: (event) => {
    const url = event.statics[slot.url];
    return url !== undefined && (url === '/' || !url.includes('?'));
  },
  is_valid_crawler: (event) => crawlerNetworks.some((network) => event.log.startsWith(network)),
  comp_srcuser_dstuser: (event) => {
    const from = event.statics[slot.srcuser];
    const to = event.statics[slot.dstuser];
    return from === undefined || to === undefined || from === to;
  },
  check_id_size: (event) => (event.statics[slot.id] ?? '').length >= longId,
  comp_mswin_targetuser_calleruser_diff: (event) => {
    const target = between(event.log, 'Target User Name: ', 'Target Domain:');
    const caller = between(event.log, 'Caller User Name: ', 'Caller Domain:');
    return target !== undefined && caller !== undefined && target !== caller;
  },
};

function between(text: string, before: string, after: string): string | undefined {
  const start = text.indexOf(before);
  if (start < 0) return undefined;
  const end = text.indexOf(after, start);
  return end < 0 ? undefined : text.slice(start + before.length, end);
}

export function compiledCondition(name: string): Condition | undefined {
  const holds = Object.hasOwn(functions, name) ? functions[name] : undefined;
  return holds === undefined
    ? undefined
    : { rank: rank.compiled_rule, holds, shown: { option: 'compiled_rule', wanted: name } };
}
