// The table: a row a measurement, a column a tool, beside each peer's figure how many times better Riposte is.

/** @typedef {Map<string, Map<string, import('./rows/index.js').Figure>>} Figures by row, then by tool */

function isMet(row, { value, isAtLeast, lost = 0 }) {
  if (isAtLeast || lost > 0 || Number.isNaN(value)) return false;
  return row.atMost !== undefined ? value <= row.atMost : value >= row.atLeast;
}

const writeTarget = (row) => (row.atMost !== undefined ? `≤ ${row.write(row.atMost)}` : `≥ ${row.write(row.atLeast)}`);

function writeRatio(row, own, peer) {
  const ratio = row.atMost !== undefined ? peer.value / own.value : own.value / peer.value;
  const text = ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(ratio < 0.1 ? 3 : 2);
  return `${peer.isAtLeast ? '>' : ''}${text}×`;
}

function writeFigure(row, figure) {
  if (Number.isNaN(figure.value)) return 'none';
  return `${figure.isAtLeast ? '> ' : ''}${row.write(figure.value)}${figure.mark ?? ''}`;
}

function writeCell(row, figure, own) {
  if (figure === undefined) return '–';
  const text = writeFigure(row, figure);
  return own === undefined || figure === own || Number.isNaN(figure.value)
    ? text
    : `${text} (${writeRatio(row, own, figure)})`;
}

function writeRow(row, tools, figures) {
  const own = figures.get('riposte');
  return [
    row.title,
    writeTarget(row),
    own === undefined ? '–' : `${writeFigure(row, own)}, ${isMet(row, own) ? 'met' : 'missed'}`,
    ...tools.filter(({ id }) => id !== 'riposte').map(({ id }) => writeCell(row, figures.get(id), own)),
    row.wazuh ?? '–',
  ];
}

/** Marks that stand behind figures, ¹ and so on, for what the notes say of them. */
export const markOf = (number) => [...String(number)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');

/**
 * In Markdown, its columns made even.
 * @param {Figures} all
 */
export function writeTable(rows, tools, all) {
  const notes = [];
  for (const figures of all.values())
    for (const figure of figures.values())
      if (figure.note !== undefined) {
        if (!notes.includes(figure.note)) notes.push(figure.note);
        figure.mark = ` ${markOf(notes.indexOf(figure.note) + 1)}`;
      }
  const peers = tools.filter(({ id }) => id !== 'riposte').map(({ title }) => title);
  const head = ['', 'target', 'Riposte', ...peers, 'Wazuh 4.14: known, not measured here'];
  const lines = [head, head.map(() => '---'), ...rows.map((row) => writeRow(row, tools, all.get(row.id) ?? new Map()))];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  const table = lines.map(
    (cells) =>
      `| ${cells.map((cell, column) => cell.padEnd(widths[column], cell === '---' ? '-' : ' ')).join(' | ')} |`,
  );
  const explained = notes.map((note, index) => `${markOf(index + 1)} ${note}`);
  const ratios = peers.length > 0 ? ['(n×): Riposte is n times better; below 1, worse.'] : [];
  return `${[...table, '', ...ratios, ...explained].join('\n')}\n`;
}
