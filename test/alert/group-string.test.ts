import { describe, expect, it } from 'vitest';
import { groupStringOf } from '../../src/alert/group-string.ts';

const rule = { level: 3, id: '5', description: '' };

describe('the group string of an alert', () => {
  it('ends each group with a comma', () => {
    expect(groupStringOf({ rule: { ...rule, groups: ['syslog', 'sshd'] } })).toBe('syslog,sshd,');
    expect(groupStringOf({ rule: { ...rule, groups: [] } })).toBe('');
  });

  it('puts compliance groups back with their prefixes, in the order of the alert', () => {
    const groups = {
      groups: ['a b'],
      tsc: ['CC6.1'],
      hipaa: ['164.312.b'],
      gpg13: ['7.1'],
      cis: ['1'],
      pci_dss: ['11.4', '10.2.4'],
    };
    expect(groupStringOf({ rule: { ...rule, ...groups } })).toBe(
      'a b,tsc_CC6.1,hipaa_164.312.b,gpg13_7.1,cis_1,pci_dss_11.4,pci_dss_10.2.4,',
    );
  });
});
