// Alerts for tests of responses.
import type { Alert, JsonObject } from '../../src/alert/alert.ts';

export function alertWith(data: JsonObject): Alert {
  return {
    timestamp: '2026-01-01T00:00:00.000+0000',
    rule: { level: 10, description: 'test', id: '5712', groups: ['sshd'] },
    agent: { id: '001' },
    id: '1.1',
    data,
  };
}
