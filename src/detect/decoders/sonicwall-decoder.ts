// SonicWall_Decoder: addresses, and the category from the message id. // spec ruleset §5.6
import type { Event } from '../event.ts';
import { slot } from '../fields.ts';
import { isTokenByte } from '../header.ts';
import { compileExpression, type Expression } from '../patterns/expression.ts';

const protocolLimit = 6;
const passIds = new Set(['98', '597', '598']);
const dropIds = new Set(['36', '37', '38', '173', '174']);

function compile(pattern: string): Expression {
  const compiled = compileExpression('osregex', pattern, { captures: true });
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.expression;
}

const head = compile('pri=(\\d) c=(\\d+) m=(\\d+) ');
const addresses = compile('src=(\\d+.\\d+.\\d+.\\d+):(\\d+):\\S+ dst=(\\d+.\\d+.\\d+.\\d+):(\\d+):');
const webAccess = compile('result=(\\d+) dstname=(\\S+) arg=(\\S+)');

export function decodeSonicWall(event: Event): void {
  const { statics, subject } = event;
  event.category = 'syslog';
  const end = head.match(subject);
  if (end === undefined) return;
  const [status, category, id] = head.captures;
  statics[slot.status] = status;
  statics[slot.id] = id;
  const addressEnd = addresses.match(subject, end);
  if (addressEnd === undefined) return;
  [statics[slot.srcip], statics[slot.srcport], statics[slot.dstip], statics[slot.dstport]] = addresses.captures;
  readProtocol(event, addressEnd);
  chooseCategory(event, category ?? '', id ?? '', addressEnd);
}

function readProtocol(event: Event, from: number): void {
  const space = event.log.indexOf(' ', from);
  if (space < 0 || !event.log.startsWith('proto=', space + 1)) return;
  const start = space + 7;
  let end = start;
  while (end - start < protocolLimit && event.log[end] !== '/' && isTokenByte(event.log.charCodeAt(end))) end++;
  event.statics[slot.protocol] = event.log.slice(start, end);
}

function chooseCategory(event: Event, category: string, id: string, from: number): void {
  if (category === '32') event.category = 'ids';
  else if (passIds.has(id)) setFirewall(event, 'pass');
  else if (dropIds.has(id)) setFirewall(event, 'drop');
  else if (id === '537') setFirewall(event, 'close');
  else if (id === '97') {
    event.category = 'squid';
    if (webAccess.match(event.subject, from) === undefined) return;
    const [result = '', name = '', path = ''] = webAccess.captures;
    event.statics[slot.id] = result;
    event.statics[slot.url] = name + path;
  }
}

function setFirewall(event: Event, action: string): void {
  event.category = 'firewall';
  event.statics[slot.action] = action;
}
