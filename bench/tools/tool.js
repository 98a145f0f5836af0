// What the benchmark knows of a tool. Types only.

/**
 * @typedef {object} Tool
 * @property {string} id
 * @property {string} title the head of its column
 * @property {string[]} programs without which it cannot run
 * @property {() => string} describe with its version and how it blocks
 * @property {Record<'lines-most' | 'lines-few', number>} throughputLines as many as take it seconds
 * @property {(host: import('../lab.js').Host, options: { node: string, script?: string }) => Promise<RunningTool>} start
 *   in a host of its own; ready when it resolves. `host.remove()` ends it
 */

/**
 * @typedef {object} RunningTool
 * @property {string} log that it reads
 * @property {(text: string) => number} append to it; gives the time just before the last write(2)
 * @property {number} mainPid
 * @property {import('../firewalls.js').Firewall} firewall
 * @property {(addresses: string[]) => Promise<unknown>} block asks for these by the tool's own fastest way
 * @property {number} chunk how many to ask for at a time
 * @property {string} [set] of the firewall, for what the tool's own ways did not bring in time
 * @property {() => number} [countAlerts]
 * @property {string} [scriptPath]
 */

export {};
