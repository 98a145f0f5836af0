// The ossec.conf that a new home gets.

export interface DefaultConfInput {
  /** Where sshd logs to: a file, or the journal. A path must not contain `<`. */
  readonly sshLog: string | 'journald';
}

const journal = 'journald';

/** Complete and without problems; a person then changes it. */
export function formatDefaultConf({ sshLog }: DefaultConfInput): string {
  const isJournal = sshLog === journal;
  const note = isJournal
    ? 'The journal tells who wrote an entry, so that no user can write in the name of sshd. Files that a syslog daemon writes have the same messages once more: do not name them too.'
    : 'Any local user can write to this file in the name of sshd, by logger(1); where there is a journal, journald in both elements is safer.';
  return `<!--
  What this host answers to, and how. The form is that of Wazuh's ossec.conf: blocks written for Wazuh work here.
  "riposte check" tells what is wrong with this file, line by line.
-->
<ossec_config>
  <global>
    <!-- Alerts about these sources never trigger a response. One address, prefix or host name pattern an element. -->
    <white_list>127.0.0.1</white_list>
    <white_list>::1</white_list>
    <!-- <white_list>192.0.2.0/24</white_list> -->
  </global>

  <!-- Alerts of this level and higher are written to logs/alerts/alerts.json. -->
  <alerts>
    <log_alert_level>3</log_alert_level>
    <email_alert_level>12</email_alert_level>
  </alerts>

  <!-- Logs that are read. ${note} -->
  <localfile>
    <log_format>${isJournal ? journal : 'syslog'}</log_format>
    <location>${sshLog}</location>
  </localfile>

  <!-- What the responses themselves write: it becomes alerts "host blocked" and "host unblocked". -->
  <localfile>
    <log_format>syslog</log_format>
    <location>logs/active-responses.log</location>
  </localfile>

  <!--
    Commands: what can run. An executable is a file of active-response/bin, or built in. With timeout_allowed a response
    is taken back when its time is over.
  -->
  <command>
    <name>disable-account</name>
    <executable>disable-account</executable>
    <timeout_allowed>yes</timeout_allowed>
  </command>

  <command>
    <name>restart-wazuh</name>
    <executable>restart-wazuh</executable>
  </command>

  <command>
    <name>firewall-drop</name>
    <executable>firewall-drop</executable>
    <timeout_allowed>yes</timeout_allowed>
  </command>

  <command>
    <name>host-deny</name>
    <executable>host-deny</executable>
    <timeout_allowed>yes</timeout_allowed>
  </command>

  <command>
    <name>route-null</name>
    <executable>route-null</executable>
    <timeout_allowed>yes</timeout_allowed>
  </command>

  <command>
    <name>win_route-null</name>
    <executable>route-null.exe</executable>
    <timeout_allowed>yes</timeout_allowed>
  </command>

  <!--
    Responses: when and where a command runs. This one drops all traffic of an address for ten minutes once it has
    failed to log in by SSH again and again.
  -->
  <active-response>
    <command>firewall-drop</command>
    <location>local</location>
    <rules_id>5712,5720,5758,5763</rules_id>
    <timeout>600</timeout>
  </active-response>
</ossec_config>
`;
}
