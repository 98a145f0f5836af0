// The group string of a rule, put together again from an alert that has been taken apart.
import { type AlertRule, complianceSchemes } from './alert.ts';

/**
 * `syslog,sshd,pci_dss_10.2.4,`: the groups, then the compliance arrays with their prefixes, each followed by a comma, as `rules_group` is matched against.
 * The arrays come in the order in which the alert has them, which is that of their first appearance in the rule. // spec active-response §2, ruleset §9.2
 */
export function groupStringOf(alert: { readonly rule: AlertRule }): string {
  const { rule } = alert;
  let groupString = rule.groups.map((group) => `${group},`).join('');
  for (const member of Object.keys(rule)) {
    const scheme = complianceSchemes.find((each) => each === member);
    if (scheme === undefined) continue;
    for (const value of rule[scheme] ?? []) groupString += `${scheme}_${value},`;
  }
  return groupString;
}
