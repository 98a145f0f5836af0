import { describe, expect, it } from 'vitest';
import { builtIns, findBuiltIn } from '../../src/respond/registry.ts';
import { alertWith } from './alerts.ts';
import { describeContract } from './contract-suite.ts';
import { ModelHost } from './model-nft.ts';

/** What the suite needs for each built-in; one without an entry fails below. */
const subjects = {
  'firewall-drop': {
    alerts: [alertWith({ srcip: '198.51.100.7' }), alertWith({ srcip: '2001:db8::7' })],
    invalidAlert: alertWith({ srcip: '198.51.100.7; id' }),
  },
  'host-deny': {
    alerts: [alertWith({ srcip: '198.51.100.7' }), alertWith({ srcip: '2001:db8::7' })],
    invalidAlert: alertWith({ srcip: 'ALL' }),
    inForce: 'written',
  },
  'route-null': {
    alerts: [alertWith({ srcip: '198.51.100.7' }), alertWith({ srcip: '2001:db8::7' })],
    invalidAlert: alertWith({ srcip: 'default' }),
  },
  'disable-account': {
    alerts: [alertWith({ dstuser: 'alice' }), alertWith({ dstuser: 'bob' })],
    invalidAlert: alertWith({ dstuser: 'root' }),
  },
  'ip-customblock': {
    alerts: [alertWith({ srcip: '198.51.100.7' }), alertWith({ srcip: '2001:db8::7' })],
    invalidAlert: alertWith({ srcip: '../198.51.100.7' }),
    inForce: 'written',
  },
} as const;

describe('built-ins', () => {
  it('each is put through the contract', () => {
    expect(builtIns().map((response) => response.name)).toEqual(Object.keys(subjects));
    expect(findBuiltIn(builtIns(), 'firewall-drop')?.machineLifts).toBe(true);
    expect(findBuiltIn(builtIns(), 'firewall')).toBeUndefined();
  });
});

for (const [name, subject] of Object.entries(subjects)) {
  describeContract(`${name} on a model host`, {
    ...subject,
    create: () => {
      const response = findBuiltIn(builtIns(), name);
      if (response === undefined) throw new Error(`no built-in ${name}`);
      return response;
    },
    host: () => new ModelHost(),
  });
}
