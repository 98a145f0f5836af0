import { describe, expect, it } from 'vitest';
import type { CommandDefinition, OssecConf } from '../../src/config/ossec-conf.ts';
import { chooseSelector, planBlock } from '../../src/manager/operator.ts';

const position = { file: 'ossec.conf', line: 1, column: 1 };
const drop: CommandDefinition = {
  name: 'firewall-drop',
  executable: 'firewall-drop',
  timeoutAllowed: true,
  extraArgs: ['a'],
  position,
};
const restart: CommandDefinition = {
  name: 'restart-wazuh',
  executable: 'restart-wazuh',
  timeoutAllowed: false,
  extraArgs: [],
  position,
};
const conf = {
  commands: [drop, restart],
  activeResponses: [{ name: 'firewall-drop600', command: drop, timeoutSeconds: 600 }],
} as unknown as OssecConf;
const plan = (target: string, response: string, timeoutSeconds?: number) =>
  planBlock({ target, response, timeoutSeconds }, conf, 'operator-1', 1_800_000_000_000);

describe('planBlock', () => {
  it('takes the timeout of a response by its full name', () => {
    const command = plan('192.0.2.1', 'firewall-drop600');
    expect(command).toMatchObject({
      response: 'firewall-drop600',
      timeoutSeconds: 600,
      origin: 'operator',
      extraArgs: ['a'],
    });
    expect(command.alert.data).toEqual({ srcip: '192.0.2.1' });
  });
  it('names the response after the timeout that was asked for', () => {
    expect(plan('192.0.2.1', 'firewall-drop', 30)).toMatchObject({ response: 'firewall-drop30', timeoutSeconds: 30 });
    expect(plan('192.0.2.1', 'firewall-drop600', 30).response).toBe('firewall-drop30');
  });
  it('takes what is not an address for an account', () => {
    expect(plan('mallory', 'firewall-drop', 5).alert.data).toEqual({ dstuser: 'mallory' });
  });
  it('takes ! and a name for a script of the scripts folder, without a timeout', () => {
    expect(plan('192.0.2.1', '!notify.sh')).toMatchObject({
      executable: 'notify.sh',
      timeoutSeconds: 0,
      response: '!notify.sh0',
    });
  });
  it('is refused where responses are turned off', () => {
    const off = { ...conf, responsesDisabled: true };
    const request = { target: '192.0.2.1', response: 'firewall-drop600', timeoutSeconds: undefined };
    expect(() => planBlock(request, off, 'operator-1', 0)).toThrow(/responses are turned off here/);
  });
  it.each([
    ['!', undefined, /names no script/],
    ['!../notify.sh', undefined, /names no script/],
    ['!notify.sh', 5, /cannot be reverted/],
    ['nothing', 5, /no response is named "nothing": one of firewall-drop, restart-wazuh, firewall-drop600/],
    ['firewall-drop', undefined, /how long\?/],
    ['firewall-drop', -1, /not a whole number of seconds/],
    ['firewall-drop', 1.5, /not a whole number of seconds/],
    ['restart-wazuh', 5, /cannot be reverted/],
  ])('refuses %s for %s seconds', (response, seconds, message) => {
    expect(() => plan('192.0.2.1', response, seconds)).toThrow(message);
  });
});

describe('chooseSelector', () => {
  const isId = (text: string): boolean => text === '17.4/firewall-drop600:000';
  it('knows ids from targets', () => {
    expect(chooseSelector({ subject: '17.4/firewall-drop600:000' }, isId)).toEqual({ id: '17.4/firewall-drop600:000' });
    expect(chooseSelector({ subject: '192.0.2.1' }, isId)).toEqual({ target: '192.0.2.1' });
    expect(chooseSelector({ all: true }, isId)).toEqual({ all: true });
    expect(() => chooseSelector({}, isId)).toThrow(/revert what\?/);
  });
});
