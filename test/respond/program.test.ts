import { describe, expect, it } from 'vitest';
import { createFirewallDrop } from '../../src/respond/firewall-drop/firewall-drop.ts';
import { respondAsProgram } from '../../src/respond/program.ts';
import { ModelHost } from './model-nft.ts';

const checkKeys =
  '{"version":1,"origin":{"name":"firewall-drop","module":"active-response"},"command":"check_keys","parameters":{"keys":["198.51.100.7"]}}';

function message(command: string, data: unknown = { srcip: '198.51.100.7' }): string {
  const origin = { name: 'node01', module: 'wazuh-execd' };
  return JSON.stringify({ version: 1, origin, command, parameters: { extra_args: [], alert: { data }, program: 'x' } });
}

async function runProgram(input: readonly string[], host = new ModelHost()) {
  const response = createFirewallDrop();
  const log: string[] = [];
  let output = '';
  const status = await respondAsProgram(response, host, {
    input: (async function* () {
      yield* input;
    })(),
    write: (text) => {
      output += text;
    },
    log: (text) => log.push(text),
  });
  await response.close();
  return {
    status,
    output,
    log: log.filter((text) => !text.startsWith('{"version":1,"origin":{"name":"node01"')),
    host,
  };
}

const blocked = (host: ModelHost) => [...host.kernel.elements('addresses4').keys()];

describe('firewall-drop as a program', () => {
  it('asks for its key, and blocks on continue', async () => {
    const { status, output, log, host } = await runProgram([`${message('add')}\n`, `${message('continue')}\n`]);
    expect({ status, output, log }).toEqual({
      status: 0,
      output: `${checkKeys}\n`,
      log: ['Starting', checkKeys, 'Ended'],
    });
    expect(blocked(host)).toEqual(['198.51.100.7']);
    expect(host.kernel.elements('addresses4').get('198.51.100.7')).toBe(604_800_000);
  });

  it('reads messages however they are cut', async () => {
    const whole = `${message('add')}\n${message('continue')}`;
    const { status, host } = await runProgram([whole.slice(0, 30), whole.slice(30)]);
    expect(status).toBe(0);
    expect(blocked(host)).toEqual(['198.51.100.7']);
  });

  it('does nothing on abort', async () => {
    const { status, log, host } = await runProgram([`${message('add')}\n`, `${message('abort')}\n`]);
    expect({ status, log }).toEqual({ status: 0, log: ['Starting', checkKeys, 'Aborted'] });
    expect(host.kernel.tables.size).toBe(0);
  });

  it('lifts on delete without an exchange, and what is not there without complaint', async () => {
    const { host } = await runProgram([`${message('add')}\n`, `${message('continue')}\n`]);
    for (let time = 0; time < 2; time += 1) {
      const { status, output, log } = await runProgram([`${message('delete')}\n`], host);
      expect({ status, output, log }).toEqual({ status: 0, output: '', log: ['Starting', 'Ended'] });
      expect(blocked(host)).toEqual([]);
    }
  });

  it.each([
    ['other command', [message('bogus')], "Invalid value of 'command'"],
    ['other answer', [message('add'), message('bogus')], "Invalid value of 'command'"],
    ['closed instead of an answer', [message('add')], 'Cannot read input from stdin'],
    ['nothing at all', [], 'Cannot read input from stdin'],
    ['not JSON', ['not json'], 'Invalid input format'],
    ['empty object', ['{}'], 'Invalid input format'],
    ['empty line', [''], 'Invalid input format'],
    ['no command', ['{"version":1,"parameters":{}}'], "Cannot read 'command' from json"],
    ['no srcip', [message('add', {})], "Cannot read 'srcip' from data or invalid IP format"],
    ['no alert data', [message('delete', null)], "Cannot read 'srcip' from data or invalid IP format"],
    ['prefix', [message('add', { srcip: '198.51.100.0/24' })], "Cannot read 'srcip' from data or invalid IP format"],
    ['zone', [message('add', { srcip: 'fe80::1%lo' })], "Cannot read 'srcip' from data or invalid IP format"],
  ])('refuses: %s', async (_title, lines, text) => {
    const { status, log, host } = await runProgram(lines.map((line) => `${line}\n`));
    expect(status).toBe(255);
    expect(log.at(-1)).toBe(text);
    expect(host.kernel.tables.size).toBe(0);
  });

  it.each([['add'], ['delete']])('fails and says why where nft is missing: %s', async (command) => {
    const host = new ModelHost();
    host.installed = false;
    const { status, log } = await runProgram([`${message(command)}\n`, `${message('continue')}\n`], host);
    expect(status).toBe(255);
    expect(log.at(-1)).toBe(
      'firewall-drop cannot work here: nft is not installed (package nftables); ipset is not installed; iptables is not installed',
    );
  });
});
