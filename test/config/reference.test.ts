// Against what the original accepted and refused: the same responses, or a difference that was decided on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readOssecConf } from '../../src/config/ossec-conf.ts';

const referenceData = process.env.RIPOSTE_REFERENCE_DATA;
if (referenceData === undefined) console.warn('skipped: RIPOSTE_REFERENCE_DATA is not set');

interface Recording {
  readonly name: string;
  readonly configuration: string;
  readonly ar_conf: string;
  readonly log?: readonly string[];
}

/** The lines of the table "where Riposte differs from Wazuh on purpose" and how a refusal by each begins or reads. */
const decidedDifferences: ReadonlyMap<string, RegExp> = new Map([
  ['location: exact words', /is not a location/],
  ['timeout: a whole number of seconds', /^<timeout> is/],
  ['rules_id: ids separated by commas', /in <rules_id> is not a rule id/],
  ['agent_id: one id or several', /^<agent_id> is/],
  ['white_list with "!": an error', /"!" does not negate/],
  ['IPv6 in white_list: compared as addresses', /must be from 0 to 128/],
  ['two commands with one name: an error', /is already defined at line/],
  ['executables with "/" or "..": an error', /has no usable executable|must be the name of a file/],
]);

/** Configurations that are refused here and were accepted, by the lines of the table that they are refused by. */
const refusedHere: ReadonlyMap<string, readonly string[]> = new Map([
  ['i-lists', ['rules_id: ids separated by commas']],
  ['i-text', ['rules_id: ids separated by commas']],
  ['i-odd', ['rules_id: ids separated by commas']],
  ['i-more', ['rules_id: ids separated by commas']],
  ['i-zero', ['rules_id: ids separated by commas']],
  ['i-space', ['rules_id: ids separated by commas']],
  ['l-case', ['location: exact words']],
  ['l-words', ['location: exact words']],
  ['l-defined', ['location: exact words']],
  ['l-ids2', ['agent_id: one id or several']],
  ['to-yes-a', ['timeout: a whole number of seconds']],
  ['to-yes-b', ['timeout: a whole number of seconds']],
  ['to-no-a', ['timeout: a whole number of seconds']],
  ['to-no-b', ['timeout: a whole number of seconds']],
  ['badagent-last', ['agent_id: one id or several']],
  ['cmd-dup', ['two commands with one name: an error']],
  ['cmd-dup2', ['two commands with one name: an error']],
  ['wl-bang-host', ['white_list with "!": an error']],
  ['wl-bangcidr', ['white_list with "!": an error']],
  ['wl-neg-mix', ['white_list with "!": an error']],
  ['u-name-5', ['executables with "/" or "..": an error']],
  ['u-name-6', ['executables with "/" or "..": an error']],
  ['r-empty-timeout', ['timeout: a whole number of seconds']],
  ['u-wl-13', ['IPv6 in white_list: compared as addresses']],
  ['rand-004', ['rules_id: ids separated by commas']],
  ['rand-007', ['rules_id: ids separated by commas', 'timeout: a whole number of seconds']],
  ['rand-008', ['timeout: a whole number of seconds']],
  ['rand-009', ['timeout: a whole number of seconds']],
  ['rand-010', ['rules_id: ids separated by commas']],
  ['rand-011', ['rules_id: ids separated by commas', 'timeout: a whole number of seconds']],
  ['rand-012', ['timeout: a whole number of seconds']],
  ['rand-013', ['rules_id: ids separated by commas']],
  ['rand-014', ['timeout: a whole number of seconds']],
  ['rand-015', ['timeout: a whole number of seconds']],
  ['rand-016', ['timeout: a whole number of seconds']],
  ['rand-017', ['white_list with "!": an error']],
  ['rand-018', ['timeout: a whole number of seconds']],
  ['rand-019', ['rules_id: ids separated by commas', 'timeout: a whole number of seconds']],
  ['rand-021', ['timeout: a whole number of seconds']],
  ['rand-022', ['timeout: a whole number of seconds']],
  ['rand-023', ['timeout: a whole number of seconds']],
  ['rand-024', ['white_list with "!": an error']],
  ['rand-026', ['rules_id: ids separated by commas', 'timeout: a whole number of seconds']],
  ['rand-027', ['timeout: a whole number of seconds']],
  ['rand-028', ['rules_id: ids separated by commas']],
  ['rand-030', ['timeout: a whole number of seconds']],
  ['rand-031', ['timeout: a whole number of seconds', 'white_list with "!": an error']],
  ['rand-033', ['timeout: a whole number of seconds']],
  ['rand-034', ['rules_id: ids separated by commas', 'timeout: a whole number of seconds']],
  ['rand-035', ['rules_id: ids separated by commas', 'timeout: a whole number of seconds']],
  ['rand-036', ['rules_id: ids separated by commas', 'timeout: a whole number of seconds']],
  ['rand-038', ['rules_id: ids separated by commas']],
  ['rand-039', ['rules_id: ids separated by commas', 'timeout: a whole number of seconds']],
  ['rand-041', ['rules_id: ids separated by commas']],
  ['rand-042', ['rules_id: ids separated by commas', 'timeout: a whole number of seconds']],
  ['rand-044', ['timeout: a whole number of seconds']],
  ['rand-045', ['timeout: a whole number of seconds']],
  ['rand-046', ['rules_id: ids separated by commas', 'timeout: a whole number of seconds']],
  ['rand-047', ['rules_id: ids separated by commas']],
  ['rand-048', ['timeout: a whole number of seconds']],
  ['rand-049', ['rules_id: ids separated by commas']],
  ['rand-050', ['white_list with "!": an error']],
  ['rand-051', ['timeout: a whole number of seconds']],
  ['rand-054', ['timeout: a whole number of seconds']],
  ['rand-057', ['rules_id: ids separated by commas']],
  ['rand-058', ['timeout: a whole number of seconds']],
  ['wl-m-11', ['white_list with "!": an error']],
]);

describe.skipIf(referenceData === undefined)('the recorded configurations', () => {
  const accepted = readRecordings('decisions');
  const refused = readRecordings('refused');

  it.each(accepted)('reads $name as the original does, or refuses it by a line of the table', (recording) => {
    const { conf, problems } = readOssecConf(recording.configuration, recording.name);
    const lines = refusedHere.get(recording.name) ?? [];
    if (lines.length === 0) {
      expect(conf?.activeResponses.map(formatLine)).toEqual(listRecordedLines(recording));
      return;
    }
    const errors = problems.filter((problem) => problem.severity === 'error');
    const found = new Set(errors.map((problem) => nameDifference(problem.message)));
    expect([...found].sort()).toEqual([...lines].sort());
  });

  it.each(refused)('refuses $name at a line, or accepts it for a reason', ({ name, configuration, log }) => {
    const { conf, problems } = readOssecConf(configuration, name);
    if (name === 'cmd-after') {
      // The table: a command may stand anywhere.
      expect(conf?.activeResponses.map((response) => response.name)).toEqual(['blk2']);
      return;
    }
    if (log?.some((line) => line.includes('Error loading the rules'))) {
      // Not the configuration was refused but a rule file.
      expect(conf).toBeDefined();
      return;
    }
    expect(conf).toBeUndefined();
    const errors = problems.filter((problem) => problem.severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    for (const { position } of errors) expect(position.line).toBeLessThanOrEqual(configuration.split('\n').length);
  });
});

function readRecordings(kind: 'decisions' | 'refused'): Recording[] {
  if (referenceData === undefined) return [];
  const packed = readFileSync(join(referenceData, 'recordings', `${kind}.jsonl.gz`));
  const lines = gunzipSync(packed).toString().trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Recording);
}

function formatLine(response: { name: string; command: { executable: string }; timeoutSeconds: number }): string {
  return `${response.name} - ${response.command.executable} - ${response.timeoutSeconds}`;
}

/** Wazuh puts six restart commands of its own before those of the blocks. */
function listRecordedLines({ ar_conf }: Recording): string[] {
  return ar_conf
    .split('\n')
    .filter((line) => line !== '')
    .slice(6);
}

function nameDifference(message: string): string {
  for (const [line, pattern] of decidedDifferences) if (pattern.test(message)) return line;
  return `undecided: ${message}`;
}
