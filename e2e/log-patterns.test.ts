// A service that follows whatever file fits a pattern: new files, and files of while it was dead, block their attackers too.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, nobodyLine, until } from './support/service.ts';

const reason = reasonToSkip(['nft']);
let machine: Machine;
let logs: string;

const attack = (name: string, address: string): void =>
  appendFileSync(join(logs, name), `${Array<string>(8).fill(nobodyLine(address)).join('\n')}\n`);

describe.skipIf(reason !== undefined)('a location with a pattern', () => {
  beforeEach(() => {
    machine = new Machine();
    logs = join(machine.folder, 'logs');
    mkdirSync(logs);
    machine.configure([{ executable: 'firewall-drop', rules: '5712', timeout: 600 }]);
    const conf = join(machine.home, 'etc/ossec.conf');
    writeFileSync(conf, readFileSync(conf, 'utf8').replace(machine.log, join(logs, '*.log')));
  });
  afterEach(() => machine.remove());

  it('blocks by lines of files that were there, that came, and that came while it was dead; each once', async () => {
    attack('there.log', '203.0.113.1');
    const first = await machine.start();
    attack('there.log', '203.0.113.2');
    attack('came.log', '203.0.113.3');
    const before = ['203.0.113.2', '203.0.113.3'];
    await until('the blocks', () => machine.inKernel().length === before.length);
    expect(machine.inKernel()).toEqual(before);
    await machine.ask('store');
    await first.end('SIGKILL');
    attack('came.log', '203.0.113.4');
    attack('while-dead.log', '203.0.113.5');
    attack('while-dead.txt', '203.0.113.6');
    await machine.start();
    const all = [...before, '203.0.113.4', '203.0.113.5'];
    await until('the others', () => machine.inKernel().length === all.length);
    expect(machine.inKernel()).toEqual(all);
    expect((await machine.history()).map(({ decision }) => decision?.target).sort()).toEqual(all);
  });
});
