// Descriptions: `$(field)` is filled in when the alert is written. // spec ruleset §6.3
import type { Event } from '../event.ts';
import { slotOf } from '../fields.ts';
import type { DescriptionPart, RuleDefinition } from './rule.ts';

const expandedLimit = 1024;

export function readDescription(text: string): DescriptionPart[] {
  const parts: DescriptionPart[] = [];
  let start = 0;
  for (let open = text.indexOf('$('); open >= 0; open = text.indexOf('$(', start)) {
    const close = text.indexOf(')', open);
    if (close < 0) break;
    if (open > start) parts.push(text.slice(start, open));
    parts.push({ field: text.slice(open + 2, close) });
    start = close + 1;
  }
  if (start < text.length) parts.push(text.slice(start));
  return parts;
}

/** The description where it is the same for every event. */
export function fixedDescription({ description }: RuleDefinition): string | undefined {
  if (description.length > 1) return undefined;
  const part = description[0] ?? '';
  return typeof part === 'string' ? part : undefined;
}

/** Unknown and unset fields are empty; a text of 1,024 bytes or more falls back to the raw one. */
export function expandDescription(definition: RuleDefinition, event: Event): string {
  const { description } = definition;
  const fixed = fixedDescription(definition);
  if (fixed !== undefined) return fixed;
  let text = '';
  for (const part of description) text += typeof part === 'string' ? part : (fieldValue(event, part.field) ?? '');
  return text.length >= expandedLimit ? definition.rawDescription : text;
}

function fieldValue(event: Event, field: string): string | undefined {
  const index = slotOf(field);
  if (index !== undefined) return event.statics[index];
  if (field === 'program_name') return event.programName;
  if (field === 'hostname') return event.hostname;
  return event.findField(field);
}
