// The command line.
import { parseArgs } from 'node:util';
import { rowIds } from './rows/index.js';
import { peers } from './tools/index.js';

const peerIds = peers.map(({ tool }) => tool.id);

export const usage = `npm run bench -- [--quick] [--only ROW,…] [--peers TOOL,…] [--without-peers]
  --quick          under three minutes: fewer peers, attackers, lines and turns, and less time for peers
  --only ROW,…     ${rowIds.join(', ')}
  --peers TOOL,…   ${peerIds.join(', ')}
  --without-peers  Riposte alone
`;

/** Sizes of a whole run and of a quick one. Seconds and milliseconds are limits for peers, not for Riposte. */
export const full = {
  attackers: 21,
  burst: 1000,
  burstLimitMs: 180_000,
  inForce: 10_000,
  fillLimitMs: 120_000,
  rounds: 2,
  shareOfLines: 1,
  visits: 8000,
  scripts: 40,
  restSeconds: 60,
};
const quick = {
  ...full,
  attackers: 5,
  burstLimitMs: 8_000,
  fillLimitMs: 8_000,
  rounds: 1,
  shareOfLines: 0.3,
  visits: 2000,
  scripts: 10,
  restSeconds: 10,
};

function readList(text, known, option) {
  const names = text.split(',').filter(Boolean);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${option}: ${unknown.join(', ')} is none of ${known.join(', ')}`);
  return names;
}

/** Throws an Error that says what is wrong. */
export function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      peers: { type: 'string' },
      'without-peers': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const usual = peers.filter(({ isDefault, isQuick }) => (values.quick ? isQuick : isDefault));
  const asked =
    values.peers === undefined
      ? usual
      : peers.filter(({ tool }) => readList(values.peers, peerIds, '--peers').includes(tool.id));
  return {
    help: values.help,
    quick: values.quick,
    sizes: values.quick ? quick : full,
    rows: values.only === undefined ? rowIds : readList(values.only, rowIds, '--only'),
    peers: values['without-peers'] ? [] : asked.map(({ tool }) => tool),
  };
}
