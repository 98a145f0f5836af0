import { describe, expect, it } from 'vitest';
import { readHeader } from '../../src/detect/header.ts';
import { shownHostname } from '../../src/detect/shown-hostname.ts';

describe('readHeader', () => {
  it.each([
    ['Dec 29 10:00:01 web1 sshd[12]: hi', 'Dec 29 10:00:01', 'web1', 'sshd', 'hi'],
    ['Dec 29 10:00:01 web1 prog:msg', 'Dec 29 10:00:01', 'web1', 'prog', 'msg'],
    ['Dec 29 10:00:01 web1 prog[12] msg', 'Dec 29 10:00:01', 'web1', 'prog', 'msg'],
    ['Dec 29 10:00:01 web1 prog[x]: msg', 'Dec 29 10:00:01', 'web1', undefined, 'prog[x]: msg'],
    ['Dec 29 10:00:01 prog: msg', 'Dec 29 10:00:01', undefined, 'prog', 'msg'],
    ['Dec 29 10:00:01 fe80::1 prog: msg', 'Dec 29 10:00:01', undefined, undefined, 'fe80::1 prog: msg'],
    ['Dec 29 10:00:01 sun su: [ID 366847 auth.info] msg', 'Dec 29 10:00:01', 'sun', 'su', 'msg'],
    ['Dec 29 10:00:01 aix auth|security:info sshd[9]: msg', 'Dec 29 10:00:01', 'aix', 'sshd', 'msg'],
    ['2015-04-16 21:51:02,805 host app: msg', '2015-04-16 21:51:02,805', 'host', 'app', 'msg'],
    ['2019-02-07T16:31:55-04:00 host app: msg', '2019-02-07T16:31:55-04:00', 'host', 'app', 'msg'],
    ['2019-02-07T16:31:55.214994-07:00 host app: msg', '2019-02-07T16:31:55.214994-07:00', 'host', 'app', 'msg'],
    ['2015 Dec 29 10:00:01 host app: msg', '2015 Dec 29 10:00:01', 'host', 'app', 'msg'],
    ['01/28-09:13:16.240702  [**] msg here', '01/28-09:13:16.240702', undefined, undefined, '[**] msg here'],
    ['[Fri Feb 11 18:06:35 2004] [warn] msg', 'Fri Feb 11 18:06:35 2004', undefined, undefined, '[warn] msg'],
    ['2009-05-22T09:36:46Z host app: msg', undefined, undefined, undefined, '2009-05-22T09:36:46Z host app: msg'],
    ['Dec 29 10:00:01', undefined, undefined, undefined, 'Dec 29 10:00:01'],
  ])('%s', (text, timestamp, hostname, programName, log) => {
    const header = readHeader(text);
    expect([header.timestamp, header.hostname, header.programName, header.log]).toEqual([
      timestamp,
      hostname,
      programName,
      log,
    ]);
  });

  it('keeps an empty program name apart from none', () => {
    expect(readHeader('Dec 29 10:00:01 web1 : msg').programName).toBe('');
  });
});

describe('shownHostname', () => {
  it('is the first word after the time, whatever it is', () => {
    expect(shownHostname('Feb  9 11:44:56 sshd: x')).toBe('sshd:');
  });

  it('is absent for ISO times', () => {
    expect(shownHostname('2019-02-07T16:31:55-04:00 host app: msg')).toBeUndefined();
  });
});
