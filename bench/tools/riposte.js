// Riposte as it is shipped: its own rules, firewall-drop, alerts.json written.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askService } from '../../dist/serve/control-client.js';
import { until } from '../clock.js';
import { nft } from '../firewalls.js';
import { blockSeconds, failures, failuresToBlock } from '../lines.js';
import { nodeFlags } from '../node-flags.js';
import { appendTo } from './log.js';

const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const scriptName = 'bench-script';

const blockOnGuessing = `
  <command><name>firewall-drop</name><executable>firewall-drop</executable><timeout_allowed>yes</timeout_allowed></command>
  <active-response>
    <command>firewall-drop</command><location>local</location><rules_id>5712,5720,5763</rules_id>
    <timeout>${blockSeconds}</timeout>
  </active-response>`;
const scriptOnFailure = `
  <command><name>${scriptName}</name><executable>${scriptName}</executable><timeout_allowed>no</timeout_allowed></command>
  <active-response><command>${scriptName}</command><location>local</location><rules_id>5760</rules_id></active-response>`;

const version = () => JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')).version;

/** Lays out a home; `script` is the text of one that runs on every failure, instead of blocks. */
function layOut(home, log, script) {
  mkdirSync(join(home, 'etc'), { recursive: true });
  writeFileSync(
    join(home, 'etc/ossec.conf'),
    `<ossec_config>${script === undefined ? blockOnGuessing : scriptOnFailure}
  <localfile><log_format>syslog</log_format><location>${log}</location></localfile>
</ossec_config>\n`,
  );
  if (script === undefined) return;
  const folder = join(home, 'active-response/bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, scriptName), script);
  chmodSync(join(folder, scriptName), 0o750);
}

/** @type {import('./tool.js').Tool} */
export const riposte = {
  id: 'riposte',
  title: 'Riposte',
  programs: ['nft'],
  describe: () => `Riposte ${version()}, nftables`,
  throughputLines: { 'lines-most': 200_000, 'lines-few': 300_000 },
  async start(host, { node, script }) {
    const home = join(host.folder, 'home');
    const log = join(host.folder, 'auth.log');
    const appendLine = appendTo(log);
    layOut(home, log, script);
    // A copy of Node, so that its memory is its own.
    const child = host.start([node, ...nodeFlags, join(projectFolder, 'bin/riposte'), 'start', '--home', home]);
    const status = () => askService(join(home, 'var/run/riposte.sock'), 'status').catch(() => undefined);
    if (!(await until(async () => (await status())?.ready === true, { everyMs: 100, limitMs: 30_000 })))
      throw new Error('Riposte did not get ready');
    return {
      log,
      append: appendLine,
      mainPid: child.pid,
      firewall: nft,
      block: async (addresses) => appendLine(failures(addresses, failuresToBlock)),
      chunk: 1000,
      scriptPath: join(home, 'active-response/bin', scriptName),
      countAlerts: () => readFileSync(join(home, 'logs/alerts/alerts.json'), 'utf8').split('\n').length - 1,
    };
  },
};
