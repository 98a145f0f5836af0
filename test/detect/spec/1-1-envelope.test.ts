// spec ruleset §1.1: `Q:LOCATION:LOG`.
import { describe, expect, it } from 'vitest';
import { type QueueMessage, readQueueMessage } from '../../../src/detect/queue-message.ts';
import { start, startSmall } from '../small-ruleset.ts';

function read(text: string): QueueMessage {
  const result = readQueueMessage(text);
  if (!result.ok) throw new Error(result.reason);
  return result.message;
}

describe('§1.1 the message envelope', () => {
  it.each(['1', '2', 'x', ':', '/'])('takes queue %j as a log', (queue) => {
    expect(read(`${queue}:/var/log/a:one:two\nthree`)).toEqual({
      kind: 'log',
      location: '/var/log/a',
      origin: { agentId: '000', location: '/var/log/a', hostname: undefined },
      text: 'one:two\nthree',
    });
  });

  it('takes queue f as an event of the Windows event channel', () => {
    expect(read('f:EventChannel:{}')).toMatchObject({ kind: 'windows-event', location: 'EventChannel', text: '{}' });
  });

  it.each([
    ['8', 'file integrity'],
    ['9', 'rootcheck'],
    ['p', 'configuration assessment'],
    ['d', 'system inventory'],
    ['5', 'database synchronisation'],
    ['u', 'agent upgrade'],
    ['3', 'host information'],
    ['e', 'CIS-CAT'],
  ])('refuses queue %j by its name', (queue, name) => {
    expect(readQueueMessage(`${queue}:x:y`)).toEqual({ ok: false, reason: expect.stringContaining(name) });
  });

  it.each([
    ['fewer than four bytes', '1:a'],
    ['no colon at byte 1', '11:a:b'],
    ['no second colon', '1:/var/log/a'],
    ['an escaped second colon', '1:/var/log/a|:log'],
    ['a NUL before the second colon', '1:/var\0:log'],
    ['an agent id that is not closed', '1:[007 (web1) any->/a:log'],
  ])('refuses %s', (_what, text) => {
    expect(readQueueMessage(text)).toEqual({ ok: false, reason: expect.stringMatching(/\.$/) });
  });

  it('takes the next byte of a location as it is after "|"', () => {
    expect(read('1:C|:\\app|||x.log:a|:b')).toMatchObject({ location: 'C:\\app|x.log', text: 'a|:b' });
  });

  it('reads agent, name and location', () => {
    expect(read('1:[007] (web1) any->/var/log/auth.log:log').origin).toEqual({
      agentId: '007',
      location: '(web1) any->/var/log/auth.log',
      hostname: 'web1',
    });
  });

  it.each([
    ['[007] /var/log/a', '/var/log/a', ''],
    ['[007] (web1', '(web1', ''],
    ['[007]x(web1) any->/a', '(web1) any->/a', 'web1'],
    ['[007]', '', ''],
  ])('reads %j with the location %j and the host name %j', (written, location, hostname) => {
    expect(read(`1:${written}:log`).origin).toEqual({ agentId: '007', location, hostname });
  });

  it('leaves a location in parentheses without agent to the manager', () => {
    expect(read('1:(odd) 10.9.9.9->/var/log/x:log').origin).toMatchObject({ agentId: '000', hostname: undefined });
  });

  it('has an empty log after the last colon, and nothing after a NUL', () => {
    expect(read('1:a:').text).toBe('');
    expect(read('1:a:log\0more').text).toBe('log');
  });

  it('takes a message whole that is longer than the original would', () => {
    expect(read(`1:a:${'x'.repeat(70_000)}`).text).toHaveLength(70_000);
  });
});

describe('§1.1 what rules see of an envelope', () => {
  const rules = `<group name="t,">
    <rule id="100" level="3"><description>$(hostname)</description></rule>
    <rule id="101" level="4"><if_sid>100</if_sid><location>^(web1) any->/var</location><description>at $(hostname)</description></rule></group>`;
  const alertOf = (text: string) => startSmall({ rules }).process({ id: '1.1', timeMs: start, ...read(text) })?.alert;

  it('is the agent as host, whatever the header says', () => {
    expect(alertOf('1:[007] (web1) any->/var/log/a:Dec 29 10:00:01 other app: hi')).toMatchObject({
      rule: { id: '101', description: 'at web1' },
      agent: { id: '007', name: 'web1' },
      location: '/var/log/a',
      predecoder: { hostname: 'other' },
    });
  });

  it('is no host for an agent without name', () => {
    expect(alertOf('1:[007] /var/log/a:Dec 29 10:00:01 other app: hi')).toMatchObject({
      rule: { description: '' },
      agent: { id: '007' },
    });
  });

  it("is the header's host, or the manager's short name, for the manager", () => {
    expect(alertOf('1:/a:Dec 29 10:00:01 other app: hi')?.rule.description).toBe('other');
    expect(alertOf('1:/a:hi')?.rule.description).toBe('mgr');
  });

  it('shows name and address of a location in parentheses', () => {
    expect(alertOf('1:(odd) 10.9.9.9->/var/log/x:hi')).toMatchObject({
      agent: { id: '000', name: 'odd', ip: '10.9.9.9' },
      location: '/var/log/x',
    });
  });
});
