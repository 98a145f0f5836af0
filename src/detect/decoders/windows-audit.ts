// Texts for the numbers of Windows audit events. // spec ruleset §5.8, Appendix A

interface AuditCategory {
  readonly name: string;
  readonly subcategories: Readonly<Record<string, string>>;
}

const categories: Readonly<Record<string, AuditCategory>> = {
  8272: {
    name: 'System',
    subcategories: {
      12288: 'Security State Change',
      12289: 'Security System Extension',
      12290: 'System Integrity',
      12291: 'IPsec Driver',
      12292: 'Other System Events',
    },
  },
  8273: {
    name: 'Logon/Logoff',
    subcategories: {
      12544: 'Logon',
      12545: 'Logoff',
      12546: 'Account Lockout',
      12547: 'IPsec Main Mode',
      12548: 'Special Logon',
      12549: 'IPSec Extended Mode',
      12550: 'IPSec Quick Mode',
      12551: 'Other Logon/Logoff Events',
      12552: 'Network Policy Server',
      12553: 'User/Device Claims',
      12554: 'Group Membership',
    },
  },
  8274: {
    name: 'Object Access',
    subcategories: {
      12800: 'File System',
      12801: 'Registry',
      12802: 'Kernel Object',
      12803: 'SAM',
      12804: 'Other Object Access Events',
      12805: 'Certification Services',
      12806: 'Application Generated',
      12807: 'Handle Manipulation',
      12808: 'File Share',
      12809: 'Filtering Platform Packet Drop',
      12810: 'Filtering Platform Connection',
      12811: 'Detailed File Share',
      12812: 'Removable Storage',
      12813: 'Central Policy Staging',
    },
  },
  8275: {
    name: 'Privilege Use',
    subcategories: {
      13056: 'Sensitive Privilege Use',
      13057: 'Non Sensitive Privilege Use',
      13058: 'Other Privilege Use Events',
    },
  },
  8276: {
    name: 'Detailed Tracking',
    subcategories: {
      13312: 'Process Creation',
      13313: 'Process Termination',
      13314: 'DPAPI Activity',
      13315: 'RPC Events',
      13316: 'Plug and Play Events',
      13317: 'Token Right Adjusted Events',
    },
  },
  8277: {
    name: 'Policy Change',
    subcategories: {
      13568: 'Audit Policy Change',
      13569: 'Authentication Policy Change',
      13570: 'Authorization Policy Change',
      13571: 'MPSSVC Rule-Level Policy Change',
      13572: 'Filtering Platform Policy Change',
      13573: 'Other Policy Change Events',
    },
  },
  8278: {
    name: 'Account Management',
    subcategories: {
      13824: 'User Account Management',
      13825: 'Computer Account Management',
      13826: 'Security Group Management',
      13827: 'Distribution Group Management',
      13828: 'Application Group Management',
      13829: 'Other Account Management Events',
    },
  },
  8279: {
    name: 'DS Access',
    subcategories: {
      14080: 'Directory Service Access',
      14081: 'Directory Service Changes',
      14082: 'Directory Service Replication',
      14083: 'Detailed Directory Service Replication',
    },
  },
  8280: {
    name: 'Account Logon',
    subcategories: {
      14336: 'Credential Validation',
      14337: 'Kerberos Service Ticket Operations',
      14338: 'Other Account Logon Events',
      14339: 'Kerberos Authentication Service',
    },
  },
};

const policyChanges: Readonly<Record<string, string>> = {
  8448: 'Success removed',
  8449: 'Success added',
  8450: 'Failure removed',
  8451: 'Failure added',
};

const levels: Readonly<Record<string, string>> = {
  1: 'CRITICAL',
  2: 'ERROR',
  3: 'WARNING',
  4: 'INFORMATION',
  5: 'VERBOSE',
};
const auditLevel = '0';
const failureBit = 0x10000000000000n;
const successBit = 0x20000000000000n;

/** `%%8277` is written for 8277. */
function withoutMark(id: string): string {
  return id.replaceAll('%%', '').trim();
}

function lookUp<T>(table: Readonly<Record<string, T>>, id: string): T | undefined {
  return Object.hasOwn(table, id) ? table[id] : undefined;
}

/** Names of a category and its subcategory; undefined for a number that is not known. */
export function auditNames(
  categoryId: string,
  subcategoryId: string,
): { readonly category: string | undefined; readonly subcategory: string | undefined } {
  const category = lookUp(categories, withoutMark(categoryId));
  return {
    category: category?.name,
    subcategory: category === undefined ? undefined : lookUp(category.subcategories, withoutMark(subcategoryId)),
  };
}

/** `%%8448, %%8450` in words; empty where no number is known. */
export function policyChangeText(ids: string): string {
  const texts = ids.split(',').map((id) => lookUp(policyChanges, withoutMark(id)));
  return texts.filter((text) => text !== undefined).join(', ');
}

/** By level and keywords, which repeat from event to event. They come from events: bounded. */
const severities = new Map<string, string>();
const mostSeverities = 256;

/** How severe an event is, by its level, and at level 0 by its keywords (hexadecimal). */
export function severityOf(level: string, keywords: string): string {
  const key = `${level} ${keywords}`;
  const known = severities.get(key);
  if (known !== undefined) return known;
  if (severities.size >= mostSeverities) severities.clear();
  const severity = judgeSeverity(level, keywords);
  severities.set(key, severity);
  return severity;
}

function judgeSeverity(level: string, keywords: string): string {
  if (level.trim() !== auditLevel) return lookUp(levels, level.trim()) ?? 'UNKNOWN';
  const bits = /^\s*(?:0x)?([0-9a-f]{1,16})$/i.exec(keywords)?.[1];
  const flags = BigInt(`0x${bits ?? '0'}`);
  if ((flags & failureBit) !== 0n) return 'AUDIT_FAILURE';
  return (flags & successBit) === 0n ? 'UNKNOWN' : 'AUDIT_SUCCESS';
}
