// What the detection engine is given: the logs of a busy host, and events of programs that write JSON.

/** Alerts by Wazuh's ruleset and, but for JSON, by ours. */
const telling = [
  (index, head) =>
    `${head}sshd[${1000 + (index % 9000)}]: Failed password for root from ${address(index)} port 22000 ssh2`,
  (index, head) =>
    `${head}sshd[${1000 + (index % 9000)}]: Invalid user oracle${index % 50} from ${address(index)} port 40022`,
  (index, head) =>
    `${head}sudo:   deploy : TTY=pts/${index % 9} ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/apt-get update`,
  (index) => `${address(index)} - - [${clf}] "GET /wp-login${index % 90}.php HTTP/1.1" 404 153 "-" "curl/7.88.1"`,
];

const silent = [
  (index, head) => `${head}CRON[${index % 30000}]: (root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)`,
  (index, head) => `${head}systemd[1]: Started session-${index % 5000}.scope - Session ${index % 5000} of User deploy.`,
  (index) =>
    `192.0.2.${index % 250} - - [${clf}] "GET /static/app.${index % 100}.js HTTP/1.1" 200 5316 "https://shop.example/" "Mozilla/5.0 (X11; Linux x86_64) Firefox/121.0"`,
  (_, head) => `${head}systemd[1]: logrotate.service: Deactivated successfully.`,
  (index, head) => `${head}sshd[991]: Connection closed by 192.0.2.77 port ${30000 + (index % 30000)}`,
];

const clf = '24/Nov/2026:10:00:00 +0000';

/** 198.18.0.0/15 is set aside for benchmarks (RFC 2544). */
function address(index) {
  const place = (Math.floor(index / 7) * 7919) % 2 ** 17;
  return `198.${18 + (place >> 16)}.${(place >> 8) & 255}.${place & 255}`;
}

/** `alerting` lines of ten raise an alert. */
export function hostLines(count, alerting) {
  const head = 'Nov 24 10:00:00 host ';
  return Array.from({ length: count }, (_, index) => {
    const kinds = index % 10 < alerting ? telling : silent;
    return kinds[Math.floor(index / 10 + index) % kinds.length](index, head);
  });
}

/** Suricata's eve.json: one event of four is an alert of it. */
export function suricataLines(count) {
  return Array.from({ length: count }, (_, index) => {
    const flow = {
      timestamp: '2026-11-24T10:00:00.123456+0000',
      flow_id: 1_234_567_890 + index,
      in_iface: 'eth0',
      event_type: ['alert', 'flow', 'dns', 'http'][index % 4],
      src_ip: address(index),
      src_port: 1024 + (index % 60_000),
      dest_ip: '192.0.2.10',
      dest_port: 80,
      proto: 'TCP',
    };
    const rest = [
      {
        alert: {
          action: 'allowed',
          gid: 1,
          signature_id: 2_000_000 + (index % 3000),
          rev: 3,
          signature: 'EXAMPLE web scanner seen',
          category: 'Web Application Attack',
          severity: 1 + (index % 3),
        },
        http: { hostname: 'shop.example', url: `/index.php?id=${index}`, http_method: 'GET', status: 200, length: 612 },
        app_proto: 'http',
      },
      {
        flow: {
          pkts_toserver: 5,
          pkts_toclient: 4,
          bytes_toserver: 612,
          bytes_toclient: 920,
          state: 'closed',
          reason: 'timeout',
          alerted: false,
        },
        tcp: { tcp_flags: '1b', syn: true, fin: true, ack: true, state: 'closed' },
      },
      { dns: { type: 'query', id: index % 65_536, rrname: `host${index % 999}.example`, rrtype: 'A', tx_id: 0 } },
      {
        http: {
          hostname: 'shop.example',
          url: `/item/${index}`,
          http_user_agent: 'Mozilla/5.0',
          http_method: 'GET',
          protocol: 'HTTP/1.1',
          status: 200,
          length: 5316,
        },
      },
    ];
    return JSON.stringify({ ...flow, ...rest[index % 4] });
  });
}

/** Security events as an agent sends them from the event channel: logon failures, logons, privileges, processes. */
export function windowsEvents(count) {
  return Array.from({ length: count }, (_, index) => {
    const [id, task, keywords, data] = windowsKinds[index % windowsKinds.length](index);
    const fields = Object.entries(data).map(([name, value]) => `<Data Name='${name}'>${value}</Data>`);
    const system = `<System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-a5ba-3e3b0328c30d}'/><EventID>${id}</EventID><Version>0</Version><Level>0</Level><Task>${task}</Task><Opcode>0</Opcode><Keywords>${keywords}</Keywords><TimeCreated SystemTime='2026-11-24T10:00:00.123456700Z'/><EventRecordID>${100_000 + index}</EventRecordID><Correlation/><Execution ProcessID='700' ThreadID='${index % 5000}'/><Channel>Security</Channel><Computer>pc${index % 40}.example</Computer><Security/></System>`;
    return JSON.stringify({
      Message: 'An account was concerned. Subject: Security ID: S-1-0-0 Account Name: -',
      Event: `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>${system}<EventData>${fields.join('')}</EventData></Event>`,
    });
  });
}

const failure = '0x8010000000000000';
const success = '0x8020000000000000';
const windowsKinds = [
  (index) => [
    4625,
    12544,
    failure,
    {
      SubjectUserSid: 'S-1-0-0',
      TargetUserName: `user${index % 70}`,
      TargetDomainName: 'EXAMPLE',
      Status: '0xc000006d',
      SubStatus: '0xc000006a',
      LogonType: 3,
      LogonProcessName: 'NtLmSsp',
      WorkstationName: 'KALI',
      IpAddress: address(index),
      IpPort: 50_000,
    },
  ],
  (index) => [
    4624,
    12544,
    success,
    {
      SubjectUserSid: 'S-1-5-18',
      SubjectUserName: 'PC$',
      TargetUserName: `user${index % 70}`,
      TargetLogonId: `0x${index.toString(16)}`,
      LogonType: 3,
      IpAddress: '192.0.2.9',
      IpPort: 50_100,
      ProcessName: 'C:\\Windows\\System32\\svchost.exe',
    },
  ],
  (index) => [
    4672,
    12548,
    success,
    {
      SubjectUserSid: 'S-1-5-18',
      SubjectUserName: 'SYSTEM',
      SubjectLogonId: `0x${index.toString(16)}`,
      PrivilegeList: 'SeSecurityPrivilege',
    },
  ],
  (index) => [
    4688,
    13312,
    success,
    {
      SubjectUserSid: 'S-1-5-18',
      NewProcessId: `0x${index.toString(16)}`,
      NewProcessName: 'C:\\Windows\\System32\\cmd.exe',
      CommandLine: 'cmd.exe /c dir',
      ParentProcessName: 'C:\\Windows\\explorer.exe',
    },
  ],
];
