// Rewrites a configuration so that it says plainly what the original engine reads in it, where Riposte refuses the odd
// spelling. The matching behind the spelling can then be compared as well. // spec decisions

const anyInteger = /^\s*([+-]?\d+)/;

export function writePlainly(configuration: string): string {
  return configuration
    .replace(/<timeout>([^<]*)<\/timeout>/g, (_, text: string) => `<timeout>${Math.abs(toInteger(text))}</timeout>`)
    .replace(/<rules_id>([^<]*)<\/rules_id>/g, (_, text: string) => `<rules_id>${readIds(text).join(',')}</rules_id>`)
    .replace(/<agent_id>([^<]*)<\/agent_id>/g, (_, text: string) => `<agent_id>${toAgentId(text)}</agent_id>`);
}

/** Timeouts below zero lose their sign above, and here. */
export function nameWithoutSign(response: string): string {
  return response.replace(/-(\d+)$/, '$1');
}

function toInteger(text: string): number {
  return Number(anyInteger.exec(text)?.[1] ?? 0) | 0;
}

/** One below zero is nobody's. */
function toAgentId(text: string): string {
  const id = toInteger(text);
  return id < 0 ? '888' : String(id).padStart(3, '0');
}

/** An id that no rule has stands for an empty list, which is not the same as none given. */
function readIds(text: string): string[] {
  const ids: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] === ' ' || text[at] === ',') {
      at += 1;
      continue;
    }
    if (!/\d/.test(text[at] ?? '')) break;
    ids.push(String(toInteger(text.slice(at)) >>> 0));
    const comma = text.indexOf(',', at);
    if (comma < 0) break;
    at = comma + 1;
  }
  return ids.length === 0 ? ['999999'] : ids;
}
