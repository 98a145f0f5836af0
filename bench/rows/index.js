// The rows of the table: what each is called, what Riposte is to reach, and how its figures are written.

/** @typedef {{ value: number, isAtLeast?: boolean, note?: string, ratioless?: boolean }} Figure `isAtLeast`: the time was up before */

const ms = (value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
const seconds = (value) => `${value.toFixed(value < 1 ? 3 : 1)} s`;
const thousands = (value) => `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)} k`;
const times = (value) => `${value.toFixed(2)} ×`;
const mebibytes = (value) => `${value.toFixed(0)} MiB`;

/**
 * `wazuh`: figures of Wazuh 4.14, which needs an installation of its own and is not measured here.
 * @type {{ id: string, title: string, write: (value: number) => string, atMost?: number, atLeast?: number, wazuh?: string }[]}
 */
export const rows = [
  {
    id: 'latency',
    title: "last log line → attacker's packets dropped, median",
    write: ms,
    atMost: 2,
    wazuh: "7 ms, to a script's start",
  },
  { id: 'latency-filled', title: 'the same with 10,000 blocks in force', write: ms, atMost: 2 },
  {
    id: 'burst',
    title: '1,000 addresses in one burst, last write → all blocked',
    write: seconds,
    atMost: 0.25,
    wazuh: '27 a second',
  },
  {
    id: 'lines-most',
    title: 'log lines per CPU second, blocking on, four fifths alert',
    write: thousands,
    atLeast: 60_000,
    wazuh: '6.8–7.8 k',
  },
  {
    id: 'lines-few',
    title: 'the same, a tenth alerts',
    write: thousands,
    atLeast: 100_000,
    wazuh: '6.8–7.8 k',
  },
  {
    id: 'innocent',
    title: 'innocent TCP connection, 10,000 blocks in force ÷ none',
    write: times,
    atMost: 1.05,
    wazuh: '5 ×',
  },
  {
    id: 'script',
    title: "log message → script's first instruction, median",
    write: ms,
    atMost: 4.7,
    wazuh: '4.7 ms',
  },
  { id: 'memory', title: 'memory (PSS), a minute after 10,000 blocks', write: mebibytes, atMost: 110 },
];

export const rowIds = rows.map(({ id }) => id);
