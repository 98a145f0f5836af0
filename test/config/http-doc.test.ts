// docs/http.md: its mapping is one, and takes what it says that it takes.
import { expect, it } from 'vitest';
import { resolveSettings } from '../../src/config/settings.ts';
import { readPosted } from '../../src/source/posted/read-posted.ts';
import { readProjectFile } from '../repo/source-files.ts';

it('the example of docs/http.md works as it is printed', () => {
  const text = readProjectFile('docs/http.md');
  const [, yamlText = ''] = /```yaml\n(.*?)```/s.exec(text) ?? [];
  const [, body = ''] = /takes `(\{"batch".*?\})` at `\/alerts\/my_app`/.exec(text) ?? [];
  const { settings, problems } = resolveSettings({ yamlText, file: 'riposte.yaml', environment: {}, flags: {} });
  expect(problems).toEqual([]);
  expect(settings.httpListen).toBe('127.0.0.1:9080');
  const mapping = settings.alertMappings.get('my_app');
  const read = readPosted({
    body: Buffer.from(body),
    mapping: mapping && { name: 'my_app', mapping },
    nowMs: Date.UTC(2026, 10, 24, 7),
    requestId: 'r',
  });
  expect(read).toMatchObject({
    alerts: [
      {
        rule: { id: '100900', level: 8, groupString: 'my_app,' },
        alert: {
          id: 'my_app.a-1',
          rule: { description: 'a login has failed' },
          data: { srcip: '203.0.113.9', dstuser: 'alice', app: { name: 'mine' } },
        },
      },
    ],
  });
});
