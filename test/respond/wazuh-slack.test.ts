import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ProgramIo } from '../../src/respond/program.ts';
import { actAsProgram } from '../../src/respond/program.ts';
import { createWazuhSlack } from '../../src/respond/wazuh-slack/wazuh-slack.ts';
import { createSystemHost } from '../../src/system/processes.ts';
import { alertWith } from './alerts.ts';
import { ModelHost } from './model-nft.ts';

const hook = 'https://hooks.example.com/services/secret';
const act = (host: ModelHost, extraArgs: readonly string[], more: object = {}) =>
  createWazuhSlack().act({ alert: { ...alertWith({}), ...more }, extraArgs, timeoutMs: 1000 }, host);

describe('wazuh-slack', () => {
  it('posts rule, agent, location and log, as text and not as markup', async () => {
    const host = new ModelHost();
    const more = {
      full_log: 'Failed password for <!channel> & <https://evil.example|root>',
      location: '/var/log/auth.log',
    };
    expect(await act(host, [hook, 'x'], more)).toEqual({ ok: true, value: 'told hooks.example.com' });
    expect(host.posted).toHaveLength(1);
    expect(host.posted[0]?.url).toBe(hook);
    expect(JSON.parse(host.posted[0]?.json ?? '')).toEqual({
      attachments: [
        {
          color: 'danger',
          pretext: 'Alert',
          title: 'test',
          text: 'Failed password for &lt;!channel&gt; &amp; &lt;https://evil.example|root&gt;',
          fields: [
            { title: 'Agent', value: '(001) - ' },
            { title: 'Location', value: '/var/log/auth.log' },
            { title: 'Rule ID', value: '5712 (level 10)' },
          ],
          ts: '1.1',
        },
      ],
    });
  });

  it.each([[[]], [['hooks']], [['http://hooks.example.com/x']], [['file:///etc/passwd']]])(
    'needs an address that is one: %j',
    async (args) => {
      const host = new ModelHost();
      expect(await act(host, args)).toMatchObject({
        ok: false,
        error: expect.stringContaining("Cannot read 'extra_args'"),
      });
      expect(host.posted).toEqual([]);
    },
  );

  it('says what went wrong, and never the address, which is a secret', async () => {
    const host = new ModelHost();
    host.answer = 404;
    expect(await act(host, [hook])).toEqual({ ok: false, error: 'hooks.example.com answered with status 404' });
    host.answer = undefined;
    expect(await act(host, [hook])).toEqual({ ok: false, error: 'hooks.example.com cannot be reached: fetch failed' });
  });

  it('reaches a real server, as a program too', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        bodies.push(body);
        response.end('ok');
      });
    });
    await new Promise<void>((go) => server.listen(0, '127.0.0.1', go));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const log: string[] = [];
    const message = (command: string) =>
      `${JSON.stringify({ version: 1, command, parameters: { extra_args: [url], alert: alertWith({}) } })}\n`;
    const run = (command: string) => {
      async function* input(): ProgramIo['input'] extends AsyncIterable<infer Item> ? AsyncGenerator<Item> : never {
        yield message(command);
      }
      const io: ProgramIo = { input: input(), write: () => expect.unreachable(), log: (text) => log.push(text) };
      return actAsProgram(createWazuhSlack(), createSystemHost(), io);
    };
    expect(await run('add')).toBe(0);
    expect(await run('delete')).toBe(0);
    expect(bodies).toHaveLength(1);
    expect(log.filter((text) => !text.startsWith('{'))).toEqual(['Starting', 'Ended', 'Starting', 'Ended']);
    server.closeAllConnections();
    await new Promise((go) => server.close(go));
    expect(await run('add')).toBe(255);
    expect(log.at(-1)).toMatch(/^127\.0\.0\.1:\d+ cannot be reached/);
  });
});
