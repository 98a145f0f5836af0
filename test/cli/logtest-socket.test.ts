// The socket of logtest: its protocol, its sessions, and that the answers are those of the engine. // spec ruleset §10
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createMessageReader,
  type LogtestReply,
  longestMessage,
  packMessage,
  parseLogtestRequest,
} from '../../src/cli/logtest-socket/protocol.ts';
import { createLogtestSessions } from '../../src/cli/logtest-socket/sessions.ts';
import { listRuleDebugging } from '../../src/cli/logtest-trace.ts';
import { startSmall } from '../detect/small-ruleset.ts';
import { projectFolder } from '../repo/source-files.ts';

const rules = `<group name="demo,">
<rule id="100" level="5"><match>hit</match><description>a hit</description></rule>
<rule id="101" level="8" frequency="4" timeframe="60"><if_matched_sid>100</if_matched_sid><description>hits</description></rule>
</group>`;

function processing(event: unknown, more: object = {}) {
  const parameters = { event, log_format: 'syslog', location: 'stdin', ...more };
  return { version: 1, origin: { name: 'x', module: 'x' }, command: 'log_processing', parameters };
}
const removing = (token: string) => ({ version: 1, command: 'remove_session', parameters: { token } });

describe('messages', () => {
  it('are read however the stream is cut', () => {
    const read: string[] = [];
    const reader = createMessageReader((text) => read.push(text), expect.unreachable);
    for (const byte of Buffer.concat([packMessage({ a: 'ö' }), packMessage([])])) reader(Buffer.of(byte));
    reader(Buffer.concat([packMessage(1), packMessage(2)]));
    expect(read).toEqual(['{"a":"ö"}', '[]', '1', '2']);
  });

  it('have a limit, behind which nothing is read', () => {
    const read: string[] = [];
    let overflows = 0;
    const reader = createMessageReader(
      (text) => read.push(text),
      () => {
        overflows += 1;
      },
    );
    const header = Buffer.alloc(4);
    header.writeUInt32LE(longestMessage + 1);
    reader(Buffer.concat([packMessage(1), header, packMessage(2)]));
    reader(packMessage(3));
    expect(read).toEqual(['1']);
    expect(overflows).toBe(1);
  });

  it.each([
    ['not JSON', '{', { error: 1, message: 'the request is not JSON' }],
    ['another version', { ...processing('x'), version: 2 }, { error: 1, message: expect.stringContaining('version') }],
    [
      'another command',
      { ...processing('x'), command: 'stop' },
      { error: 1, message: expect.stringMatching(/command.*log_processing/) },
    ],
    [
      'no event',
      processing(undefined),
      { error: 0, data: { codemsg: -1, messages: [expect.stringMatching(/^ERROR: parameters: event/)] } },
    ],
    [
      'no location',
      processing('x', { location: 7 }),
      { error: 0, data: { codemsg: -1, messages: [expect.stringContaining('location')] } },
    ],
  ])('that are no request are refused with the reason: %s', (_, request, refusal) => {
    const text = typeof request === 'string' ? request : JSON.stringify(request);
    expect(parseLogtestRequest(text)).toEqual({ refusal });
  });
});

describe('sessions', () => {
  let nowMs: number;
  let tokens: number;
  let engines: number;
  let isBroken: boolean;
  let ask: (request: object) => LogtestReply;
  beforeEach(() => {
    nowMs = 1_000_000;
    tokens = 0;
    engines = 0;
    isBroken = false;
    const answer = createLogtestSessions({
      createEngine: () => {
        if (isBroken) return 'rules.xml:1:1: broken';
        engines += 1;
        return startSmall({ rules }, { logtest: true });
      },
      newToken: () => `token${++tokens}`,
      nowMs: () => nowMs,
      mostSessions: 2,
      idleMs: 60_000,
      listTried: listRuleDebugging,
    });
    ask = (request) => {
      const read = parseLogtestRequest(JSON.stringify(request));
      return 'refusal' in read ? read.refusal : answer(read.request);
    };
  });
  const ruleOf = ({ data }: LogtestReply): string | undefined =>
    (data?.output as { rule?: { id: string } } | undefined)?.rule?.id;

  it('begin with the first message and go on by their token, each with a memory of its own', () => {
    const first = ask(processing('hit'));
    expect(first).toMatchObject({
      error: 0,
      data: { token: 'token1', alert: true, codemsg: 0, messages: ["INFO: Session initialized with token 'token1'"] },
    });
    expect(first.data).not.toHaveProperty('rules_debug');
    expect(ask(processing('hit')).data?.token).toBe('token2');
    const again = [1, 2, 3].map(() => ask(processing('hit', { token: 'token1' })));
    expect(again.map(ruleOf)).toEqual(['100', '100', '101']);
    expect(again[0]?.data?.messages).toEqual([]);
    expect(engines).toBe(2);
  });

  it('take an object as the text of its JSON, and events of the Windows event channel', () => {
    expect(ask(processing({ a: [1, 'hit'] })).data?.output).toMatchObject({ full_log: '{"a":[1,"hit"]}' });
    const Event = '<Event><System><EventID>4625</EventID></System></Event>';
    const windows = ask(processing({ Message: 'm', Event }, { log_format: 'eventchannel' }));
    expect(windows.data?.output).toMatchObject({ decoder: { name: 'windows_eventchannel' } });
  });

  it('list the rules that were tried where that is asked for', () => {
    const reply = ask(processing('hit', { options: { rules_debug: true } }));
    expect(reply.data?.rules_debug).toEqual(expect.arrayContaining(['Trying rule: 100 - a hit', '*Rule 100 matched']));
  });

  it('are begun anew, with a warning, where the token is not known', () => {
    const reply = ask(processing('hit', { token: 'gone' }));
    expect(reply.data).toMatchObject({ codemsg: 1, token: 'token1' });
    expect(reply.data?.messages).toEqual([
      "WARNING: 'gone' is not the token of a session",
      "INFO: Session initialized with token 'token1'",
    ]);
  });

  it('end when they are removed, when they are idle, and the one that was idle longest when there are too many', () => {
    for (const _ of [1, 2]) ask(processing('x'));
    ask(processing('x', { token: 'token1' }));
    ask(processing('x'));
    expect(ask(removing('token2')).data?.codemsg).toBe(-1);
    expect(ask(removing('token1'))).toEqual({
      error: 0,
      data: { messages: ["INFO: The session 'token1' was closed successfully"], codemsg: 0 },
    });
    nowMs += 60_000;
    expect(ask(removing('token3')).data?.codemsg).toBe(-1);
  });

  it('are refused where the rules cannot be loaded; those that there are go on', () => {
    ask(processing('x'));
    isBroken = true;
    expect(ask(processing('x'))).toEqual({
      error: 0,
      data: { messages: ['ERROR: rules.xml:1:1: broken'], codemsg: -1 },
    });
    expect(ask(processing('x', { token: 'token1' })).data?.codemsg).toBe(0);
  });
});

describe('riposte logtest --listen', () => {
  let folder: string;
  let child: ChildProcess | undefined;
  let socket: Socket | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'riposte-logtest-'));
    mkdirSync(join(folder, 'etc/rules'), { recursive: true });
    writeFileSync(join(folder, 'etc/ossec.conf'), '<ossec_config></ossec_config>');
  });
  afterEach(async () => {
    socket?.destroy();
    if (child?.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  async function listen(): Promise<(request: object) => Promise<LogtestReply>> {
    const path = join(folder, 'socket');
    const running = spawn(join(projectFolder, 'bin/riposte'), ['logtest', '--home', folder, '--listen', path]);
    child = running;
    await expect.poll(() => existsSync(path), { timeout: 20_000 }).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const opened = createConnection(path);
    socket = opened;
    const replies: LogtestReply[] = [];
    opened.on(
      'data',
      createMessageReader((text) => replies.push(JSON.parse(text) as LogtestReply), expect.unreachable),
    );
    return async (request) => {
      opened.write(packMessage(request));
      await expect.poll(() => replies.length, { timeout: 20_000 }).toBe(1);
      return replies.shift() as LogtestReply;
    };
  }

  const failure = 'Nov 24 06:00:00 box sshd[1]: Failed password for root from 203.0.113.9 port 22000 ssh2';

  it('answers by the rules of the home, takes up what is changed with the next session, and ends by a signal', async () => {
    const ask = await listen();
    const first = await ask(processing(failure));
    expect(first.data).toMatchObject({ alert: true, output: { rule: { id: '5760' }, data: { srcip: '203.0.113.9' } } });
    writeFileSync(
      join(folder, 'etc/rules/local.xml'),
      '<group name="local,"><rule id="100001" level="9"><if_sid>5760</if_sid><description>mine</description></rule></group>',
    );
    expect((await ask(processing(failure))).data).toMatchObject({ output: { rule: { id: '100001' } } });
    const token = first.data?.token;
    expect((await ask(processing(failure, { token }))).data).toMatchObject({ output: { rule: { id: '5760' } } });
    child?.kill('SIGTERM');
    await once(child as ChildProcess, 'exit');
    expect(child?.exitCode).toBe(0);
    expect(existsSync(join(folder, 'socket'))).toBe(false);
  });

  it('refuses where <rule_test> says no, and touches no file at the path', async () => {
    writeFileSync(join(folder, 'file'), 'mine');
    const run = async (path: string): Promise<string> => {
      const running = spawn(join(projectFolder, 'bin/riposte'), ['logtest', '--home', folder, '--listen', path]);
      let text = '';
      running.stderr.on('data', (chunk) => {
        text += String(chunk);
      });
      await once(running, 'close');
      return `${running.exitCode} ${text}`;
    };
    expect(await run(join(folder, 'file'))).toMatch(/^1 .*EADDRINUSE/s);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('mine');
    const no = '<ossec_config><rule_test><enabled>no</enabled></rule_test></ossec_config>';
    writeFileSync(join(folder, 'etc/ossec.conf'), no);
    expect(await run(join(folder, 'other'))).toMatch(/^1 riposte: .*<enabled>no/s);
  });
});
