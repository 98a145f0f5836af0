// spec ruleset §3: which files are loaded, in which order.
import { describe, expect, it } from 'vitest';
import type { RulesetSources } from '../../../src/config/ossec-conf.ts';
import { createSources } from '../../../src/config/ruleset-section.ts';
import { loadRuleset } from '../../../src/detect/load.ts';
import { chooseRulesetFiles, type RulesetDisk } from '../../../src/detect/ruleset-files.ts';

const folders: Readonly<Record<string, readonly string[]>> = {
  'ruleset/decoders': ['0005-b.xml', '0200-a.xml', 'notes.txt'],
  'ruleset/rules': ['0010-z.xml', '0999-a.xml', 'x.XML', 'xml', 'y.xml.bak'],
  'etc/rules': ['0001-own.xml', 'local_rules.xml'],
};
const disk: RulesetDisk = { list: (directory) => folders[directory], read: () => '' };

function choose(sources: Partial<RulesetSources>) {
  return chooseRulesetFiles({ ...createSources(), ...sources }, disk);
}

const stock = { path: 'ruleset/rules', pattern: '.xml$' };
const own = { path: 'etc/rules', pattern: '.xml$' };

describe('§3 the files of a ruleset', () => {
  it('are those of the default directories where none is given; the pattern wants .xml at the end, in any case', () => {
    const { decoders, rules } = choose({});
    expect(decoders).toEqual(['ruleset/decoders/0005-b.xml', 'ruleset/decoders/0200-a.xml']);
    expect(rules).toEqual(['ruleset/rules/0010-z.xml', 'ruleset/rules/0999-a.xml', 'ruleset/rules/x.XML']);
  });

  it('are sorted by their base names, over all directories', () => {
    expect(choose({ ruleDirs: [stock, own] }).rules).toEqual([
      'etc/rules/0001-own.xml',
      'ruleset/rules/0010-z.xml',
      'ruleset/rules/0999-a.xml',
      'etc/rules/local_rules.xml',
      'ruleset/rules/x.XML',
    ]);
  });

  it('are chosen by an osregex on directory and name', () => {
    expect(choose({ ruleDirs: [{ path: 'ruleset/rules', pattern: 'rules/\\d+-' }] }).rules).toEqual([
      'ruleset/rules/0010-z.xml',
      'ruleset/rules/0999-a.xml',
    ]);
  });

  it('include single files, from the default directory where they name none', () => {
    const { rules } = choose({ ruleDirs: [own], ruleIncludes: ['0010-z.xml', 'other/0500-c.xml'] });
    expect(rules).toEqual([
      'etc/rules/0001-own.xml',
      'ruleset/rules/0010-z.xml',
      'other/0500-c.xml',
      'etc/rules/local_rules.xml',
    ]);
  });

  it('are there once', () => {
    expect(choose({ ruleDirs: [own, own], ruleIncludes: ['etc/rules/local_rules.xml'] }).rules).toEqual([
      'etc/rules/0001-own.xml',
      'etc/rules/local_rules.xml',
    ]);
  });

  it('leave out what is excluded by name or by path, of directories only', () => {
    const excludes = ['0010-z.xml', 'etc/rules/local_rules.xml', 'rules/0999-a.xml'];
    expect(choose({ ruleDirs: [stock, own], ruleExcludes: excludes }).rules).toEqual([
      'etc/rules/0001-own.xml',
      'ruleset/rules/0999-a.xml',
      'ruleset/rules/x.XML',
    ]);
    expect(choose({ ruleDirs: [own], ruleIncludes: ['0010-z.xml'], ruleExcludes: excludes }).rules).toContain(
      'ruleset/rules/0010-z.xml',
    );
  });

  it('name directories that are not there, and patterns that are not valid', () => {
    const files = choose({
      ruleDirs: [
        { path: 'none', pattern: '.xml$' },
        { path: 'etc/rules', pattern: '(' },
      ],
    });
    const { ruleset, problems } = loadRuleset({ files, disk, logAlertLevel: 3, emailAlertLevel: 12 });
    expect(ruleset).toBeUndefined();
    expect(problems.map(({ severity, position }) => [severity, position.file])).toEqual([
      ['warning', 'none'],
      ['error', 'etc/rules'],
    ]);
  });
});

describe('§3 loading', () => {
  const load = (texts: Readonly<Record<string, string>>) =>
    loadRuleset({
      files: { decoders: [], rules: ['a.xml', 'b.xml'], lists: [], missing: [] },
      disk: { list: () => undefined, read: (path) => texts[path] },
      logAlertLevel: 3,
      emailAlertLevel: 12,
    });

  it('only warns of a rule file that cannot be opened, and takes an empty one', () => {
    const { ruleset, problems } = load({ 'b.xml': '' });
    expect(ruleset).toBeDefined();
    expect(problems.map(({ severity }) => severity)).toEqual(['warning']);
  });

  it.each([
    ['a tag that is not closed', '<group name="x,"><rule id="1" level="0">'],
    ['another root', '<rules></rules>'],
    ['a group without name', '<group></group>'],
    ['a group with two attributes', '<group name="x," other="y"></group>'],
    ['another element in a group', '<group name="x,"><decoder name="x"></decoder></group>'],
  ])('refuses %s', (_what, text) => {
    const { ruleset, problems } = load({ 'a.xml': '', 'b.xml': text });
    expect(ruleset).toBeUndefined();
    expect(problems).toMatchObject([{ severity: 'error', position: { file: 'b.xml', line: 1 } }]);
  });
});
