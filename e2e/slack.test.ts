// wazuh-slack as a response of a real service: one message for each alert, and the address of the webhook nowhere to be seen.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reasonToSkip } from './support/namespaces.ts';
import { Machine, until } from './support/service.ts';

const reason = reasonToSkip(['python3']);

/** Prints each body that is posted. */
const server = `
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        print(self.path, self.rfile.read(int(self.headers['content-length'])).decode(), flush=True)
        self.send_response(200); self.end_headers()
    def log_message(self, *args): pass
http.server.HTTPServer(('127.0.0.1', 9300), Handler).serve_forever()
`;

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => machine.remove());

describe.skipIf(reason !== undefined)('wazuh-slack', () => {
  it('tells of each alert once', async () => {
    machine.configure([{ executable: 'wazuh-slack', rules: '5710', timeout: 0 }]);
    const conf = join(machine.home, 'etc/ossec.conf');
    const hook = 'http://127.0.0.1:9300/services/secret';
    writeFileSync(conf, readFileSync(conf, 'utf8').replace('</command>', `<extra_args>${hook}</extra_args></command>`));
    const [command, ...rest] = machine.host.inside('python3', '-c', server);
    const slack = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    let told = '';
    slack.stdout.on('data', (chunk) => {
      told += String(chunk);
    });
    await until('the server listens', () => machine.run('ss', '-ltn').includes(':9300'));
    const service = await machine.start();
    machine.tryNobody('203.0.113.1', '203.0.113.2');
    await until('both are told', () => told.split('\n').length === 3);
    expect(told).toContain('/services/secret {"attachments":[{"color":"warning"');
    expect(await machine.list()).toEqual([]);
    const history = await machine.history();
    expect(history.map(({ execution }) => [execution?.state, execution?.reason])).toEqual(
      [1, 2].map(() => ['completed', 'told 127.0.0.1:9300']),
    );
    expect(machine.lines('logs/active-responses.log').join('\n')).not.toContain('secret');
    expect(machine.command('history').stdout).not.toContain('secret');
    expect(await service.end('SIGTERM')).toBe(0);
    slack.kill('SIGKILL');
    await once(slack, 'exit');
  });
});
