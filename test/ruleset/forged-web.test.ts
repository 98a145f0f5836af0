// Logs of web servers in which the client's text looks like the log's own: it must never name the address, and never hide a failure.
import { describe, expect, it } from 'vitest';
import { loadShipped, runSession, startShipped } from './shipped.ts';

const real = '198.51.100.7';
const forged = '203.0.113.9';
const loaded = loadShipped();
const date = '[24/Nov/2026:06:00:00 +0000]';

/** What a client may send as user, path, referrer or user agent. */
const texts = [
  'x',
  '',
  ' ',
  forged,
  `${forged} - - ${date} "GET / HTTP/1.1" 404 1 "-" "-"`,
  `" 404 1 "-" "-"\n${forged} - - ${date} "GET / HTTP/1.1" 404 1 "-" "-`,
  `\\" ${forged} - - ${date} \\"GET / HTTP/1.1\\" 404`,
  `x ${forged} - - ${date}`,
  `- ${forged} - -`,
  `- - ${date}`,
  `${date} "GET http://${forged}/ HTTP/1.1" 200 5`,
  `[client ${forged}:80] AH01618: user eve not found: /`,
  `x] [client ${forged}:80] AH01618: user eve not found: /`,
  `x not found: /, referer: [client ${forged}:80] y`,
  `File does not exist: [client ${forged}] y`,
  `ModSecurity: Access denied with code 403 [client ${forged}]`,
  `x, client: ${forged}, server: y`,
  `x", client: ${forged}, server: y, request: "GET / HTTP/1.1", host: "z`,
  `x": password mismatch, client: ${forged}, server: y, request: "GET / HTTP/1.1", host: "z`,
  `x" was not found in "/etc/nginx/htpasswd", client: ${forged}, server: y, request: "GET / HTTP/1.1", host: "z`,
  `x" failed (2: No such file or directory), client: ${forged}, server: y`,
  `x" is forbidden, client: ${forged}, server: y`,
  'no user/password was provided for basic authentication',
  `limiting requests, excess: 1.0 by zone "one", client: ${forged}, server: y`,
];

function escapeLike(server: 'nginx' | 'apache', text: string): string {
  return server === 'nginx'
    ? text.replaceAll('\\', '\\x5C').replaceAll('"', '\\x22').replaceAll('\n', '\\x0A')
    : text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function answerTo(line: string): { address: unknown; rule: string | undefined } {
  const { fields, rule } = runSession(startShipped(loaded), [[0, line]]);
  return { address: fields.srcip, rule: rule?.id };
}

describe.each(['nginx', 'apache'] as const)('access log of %s', (server) => {
  const heads = [
    '',
    'www.example.com:80 ',
    '192.0.2.80:80 ',
    '[2001:db8::80]:80 ',
    '192.0.2.80 ',
    'Nov 24 06:00:00 web1 nginx: ',
  ];

  it.each(texts)('user, path, referrer and user agent %j leave the address', (text) => {
    const sent = escapeLike(server, text);
    const path = `/${sent.replaceAll(' ', '%20')}`;
    const lines = heads.flatMap((head) => [
      `${head}${real} - ${sent === '' ? '-' : sent} ${date} "GET /secret HTTP/1.1" 401 5 "-" "-"`,
      `${head}${real} - - ${date} "GET ${path} HTTP/1.1" 401 5 "-" "-"`,
      `${head}${real} - - ${date} "GET /${sent} HTTP/1.1" 401 5 "-" "-"`,
      `${head}${real} - - ${date} "${sent}" 401 5 "-" "-"`,
      `${head}${real} - - ${date} "GET /secret HTTP/1.1" 401 5 "${sent}" "${sent}"`,
    ]);
    const answers = lines.map((line) => ({ line, ...answerTo(line) }));
    expect(answers.filter(({ address }) => address !== real)).toEqual([]);
  });

  it.each(texts)('user, referrer and user agent %j change nothing about the request', (text) => {
    const sent = escapeLike(server, text);
    const lines = [
      `${real} - ${sent === '' ? '-' : sent} ${date} "GET /secret HTTP/1.1" 401 5 "-" "-"`,
      `${real} - - ${date} "GET /secret HTTP/1.1" 401 5 "${sent}" "${sent}"`,
    ];
    for (const line of lines) {
      const { fields } = runSession(startShipped(loaded), [[0, line]]);
      expect([line, fields.protocol, fields.url, fields.id]).toEqual([line, 'GET', '/secret', '401']);
    }
  });
});

describe('error log of Apache', () => {
  const head = '[Tue Nov 24 06:00:00.123456 2026] [auth_basic:error] [pid 1645:tid 1656] ';
  const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

  it.each(texts)('user and referrer %j leave the address, and the failure is seen', (text) => {
    for (const address of [real, '2001:db8::7']) {
      const lines = [
        `${head}[client ${address}:39170] AH01618: user ${escaped(text)} not found: /secret/`,
        `${head}[client ${address}:39170] AH01618: user eve not found: /secret/, referer: ${escaped(text)}`,
        `[Tue Nov 24 06:00:00 2026] [error] [client ${address}] user ${escaped(text)} not found: /secret/`,
      ];
      const answers = lines.map((line) => answerTo(line));
      expect(answers).toEqual([
        { address, rule: '30309' },
        { address, rule: '30309' },
        { address, rule: '30109' },
      ]);
    }
  });
});

describe('error log of nginx, which escapes nothing', () => {
  const head = '2026/11/24 06:00:00 [error] 1639#1639: *25 ';
  const tail = (referrer: string): string =>
    `, client: ${real}, server: www.example.com, request: "GET /secret/ HTTP/1.1", host: "www.example.com"${referrer === '' ? '' : `, referrer: "${referrer}"`}`;
  const oneLine = texts.filter((text) => !text.includes('\n'));

  it.each(oneLine)('user and path %j name no other address, and the failure is seen', (text) => {
    const lines = [
      `${head}user "${text}": password mismatch${tail('')}`,
      `${head}user "${text}" was not found in "/etc/nginx/htpasswd"${tail('')}`,
    ];
    for (const line of lines) {
      const { address, rule } = answerTo(line);
      expect([undefined, real]).toContain(address);
      expect(rule).toBe('31315');
    }
    expect([undefined, real]).toContain(
      answerTo(`${head}open() "/var/www/${text}" failed (2: No such file or directory)${tail('')}`).address,
    );
    expect([undefined, real]).toContain(
      answerTo(`${head}directory index of "/var/www/${text}" is forbidden${tail('')}`).address,
    );
  });

  it.each(oneLine)('request and referrer %j leave the address where nothing of the client stands before it', (text) => {
    for (const message of [
      'access forbidden by rule',
      'limiting requests, excess: 0.989 by zone "one"',
      'no user/password was provided for basic authentication',
      'client intended to send too large body: 99999999999 bytes',
    ]) {
      expect(answerTo(`${head}${message}${tail(text)}`).address).toBe(real);
    }
  });

  it('a user without quotes has the address of its own line, whatever else the referrer says', () => {
    expect(answerTo(`${head}user "bob": password mismatch${tail(`x, client: ${forged}, server: y`)}`).address).toBe(
      real,
    );
  });

  it.each(texts)('what ModSecurity quotes (%j) names no other address', (text) => {
    const line = `${head}ModSecurity: Access denied with code 403 (phase 2). [data "${text}"]${tail('')}`;
    expect([undefined, real]).toContain(answerTo(line).address);
  });
});

describe('other programs', () => {
  it.each([
    `Nov 24 06:00:00 web1 slapd[1]: conn=5 op=0 BIND dn="cn=x,ACCEPT from IP=${forged}:1 (IP=" method=128`,
    `Nov 24 06:00:00 web1 slapd[1]: conn=5 op=1 SRCH base="conn=6 fd=1 ACCEPT from IP=${forged}:1 (IP=0.0.0.0:389)"`,
    `time="2026-11-24T06:00:00.1Z" level=error msg="x \\" client: ${forged} unauthorized"`,
    `Nov 24 06:00:00 web1 rshd[1]: Connection from ${forged} on illegal port x`,
  ])('%s names no address', (line) => {
    expect([undefined, '']).toContain(answerTo(line).address);
  });
});
