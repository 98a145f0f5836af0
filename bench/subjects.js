// A tool that runs in a host of its own: what rows measure.
import { pause } from './clock.js';
import { attackers } from './lines.js';

/**
 * @typedef {object} Subject
 * @property {import('./tools/tool.js').Tool} tool
 * @property {import('./lab.js').Host} host
 * @property {import('./tools/tool.js').RunningTool} running
 * @property {Generator<string>} addresses attackers that this tool has not seen
 */

/**
 * @param {import('./lab.js').Lab} lab
 * @param {import('./tools/tool.js').Tool} tool
 * @param {{ node: string, script?: string }} options
 * @returns {Promise<Subject>}
 */
export async function startSubject(lab, tool, options) {
  const host = lab.addHost(tool.id);
  const running = await tool.start(host, options);
  await pause(1000); // what a start leaves to do is not measured
  return { tool, host, running, addresses: attackers() };
}

/** One after the other, given to `measure`, and all taken away at the end. */
export async function withSubjects(lab, tools, options, measure) {
  const subjects = [];
  try {
    for (const tool of tools) subjects.push(await startSubject(lab, tool, options));
    return await measure(subjects);
  } finally {
    for (const { host } of subjects) host.remove();
  }
}
