// spec ruleset §1.3 and §1.4: what is taken for a header.
import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../src/detect/header.ts';

function read(text: string): unknown[] {
  const { timestamp, hostname, programName, log } = readHeader(text);
  return [timestamp, hostname, programName, log];
}

function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

describe('§1.3 group S', () => {
  it.each([
    ['S1', 'Dec 29 10:00:01 h p: x', 'Dec 29 10:00:01'],
    ['S2', '2015-04-16 21:51:02,805 h p: x', '2015-04-16 21:51:02,805'],
    ['S3 a', '2015-04-16T21:51:02-04:00 h p: xxxxxxx', '2015-04-16T21:51:02-04:00'],
    ['S3 b', '2015-04-16T21:51:02.288+00:00 h p: x', '2015-04-16T21:51:02.288+00:00'],
    ['S3 c', '2015-04-16T21:51:02.214994-07:00 h p: x', '2015-04-16T21:51:02.214994-07:00'],
    ['S3 d', '2015-04-16T21:51:02.214994-0700 h p: x', '2015-04-16T21:51:02.214994-0700'],
    ['S4', '2015 Dec 29 10:00:01 h p: x', '2015 Dec 29 10:00:01'],
    ['S5', '2021-04-21 10:16:09.404756-0700 h p: x', '2021-04-21 10:16:09.404756-0700'],
  ])('%s', (_name, text, timestamp) => {
    expect(read(text).slice(0, 3)).toEqual([timestamp, 'h', 'p']);
  });

  it('validates neither digits nor months', () => {
    expect(read('xyz ab cd:ef:gh h p: x')).toEqual(['xyz ab cd:ef:gh', 'h', 'p', 'x']);
  });

  it('swallows 32 bytes of a time of Zulu with a fraction', () => {
    // The byte behind the time is lost too, and with it the host.
    expect(read('2009-05-22T09:36:46.123456Z host p: x')).toEqual([
      '2009-05-22T09:36:46.123456Z hos',
      undefined,
      'p',
      'x',
    ]);
  });

  it.each([
    ['a time of Zulu', '2009-05-22T09:36:46Z host p: hello world'],
    ['a day of one digit behind one space', 'Feb 9 11:44:56 host p: hello'],
    ['fewer than 17 bytes', 'Dec 29 10:00:01 '],
    ['a macOS time without digit in front', 'x021-04-21 10:16:09.404756-0700 h p: x'],
  ])('does not take %s', (_what, text) => {
    expect(read(text)).toEqual([undefined, undefined, undefined, text]);
  });

  it('repairs an umlaut in the month, and loses the last letter of the time', () => {
    expect(read(bytes('Mär 02 17:30:51 h p: x'))).toEqual([bytes('Mär 02 17:30:5'), 'h', 'p', 'x']);
  });

  it('goes past one space behind the time, and no more', () => {
    expect(read('Dec 29 10:00:01  h p: x').slice(1)).toEqual(['h', 'p', 'x']);
    expect(read('Dec 29 10:00:01   h p: x').slice(1)).toEqual(['', undefined, 'h p: x']);
  });
});

describe('§1.3 group O', () => {
  it.each([
    ['O1', 'Mon Apr 17 18:27:14 2006 1 host file', 'Mon Apr 17 18:27:14 2006', '1 host file'],
    ['O2', '01/28-09:13:16.240702  [**] [1:2:3]', '01/28-09:13:16.240702', '[**] [1:2:3]'],
    ['O3', '01/28/1979-09:13:16.240702  [**] x', '01/28/1979-09:13:16.240702', '[**] x'],
    ['O4', '[Fri Feb 11 18:06:35 2004] [warn] x', 'Fri Feb 11 18:06:35 2004', '[warn] x'],
    ['O6', '1140804070.368  11623 192.0.2.1 TCP', '1140804070.368', '11623 192.0.2.1 TCP'],
  ])('%s has no host and no program', (_name, text, timestamp, log) => {
    const [time, ...rest] = read(text);
    expect([String(time).trimEnd(), ...rest]).toEqual([timestamp, undefined, undefined, log]);
  });

  it('O5 takes program, log and host from its brackets', () => {
    const head = '[Time 2006.12.28 15:53:55 UTC] [Facility auth] [Sender sshd] [PID 483] ';
    expect(read(`${head}[Message failed [x] more] [Level 3] [Host web1] [Sender late]`)).toEqual([
      undefined,
      'web1',
      'sshd',
      'failed [x',
    ]);
    expect(read(`${head}[Message not closed`).slice(1, 3)).toEqual([undefined, 'sshd']);
  });
});

describe('§1.4 host and program', () => {
  const time = 'Dec 29 10:00:01 ';
  it.each([
    ['prog: x', undefined, 'prog', 'x'],
    ['host prog: x', 'host', 'prog', 'x'],
    ['host prog:x', 'host', 'prog', 'x'],
    ['host prog:  x', 'host', 'prog', ' x'],
    ['host : x', 'host', '', 'x'],
    ['host prog[12]: x', 'host', 'prog', 'x'],
    ['host prog[12]:x', 'host', 'prog', 'x'],
    ['host prog[12] x', 'host', 'prog', 'x'],
    ['host prog[12]x', 'host', undefined, 'prog[12]x'],
    ['host prog[a1]: x', 'host', undefined, 'prog[a1]: x'],
    ['host (a)-b.c/d@e_f: x', 'host', '(a)-b.c/d@e_f', 'x'],
    ['host prog+x: y', 'host', undefined, 'prog+x: y'],
    ['host only words', 'host', undefined, 'only words'],
    ['2001:db8::1 prog: x', undefined, undefined, '2001:db8::1 prog: x'],
    ['a|b prog: x', undefined, undefined, 'a|b prog: x'],
    ['*host prog: x', undefined, undefined, '*host prog: x'],
    ['host auth|security:info prog: x', 'host', 'prog', 'x'],
    ['host auth|security:info prog[7]: x', 'host', 'prog', 'x'],
    ['host auth|security:info prog[7] x', 'host', 'prog', 'auth|security:info prog[7] x'],
    ['host auth|Security:info prog: x', 'host', undefined, 'auth|Security:info prog: x'],
    ['host auth|security prog: x', 'host', undefined, 'auth|security prog: x'],
    ['host prog: [ID 366847 auth.info] x', 'host', 'prog', 'x'],
    ['prog: [ID 366847 auth.info] x', undefined, 'prog', 'x'],
  ])('of %j', (rest, hostname, programName, log) => {
    expect(read(time + rest).slice(1)).toEqual([hostname, programName, log]);
  });
});
