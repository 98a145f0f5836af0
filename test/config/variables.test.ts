import { describe, expect, it } from 'vitest';
import { parseDialect } from '../../src/config/dialect.ts';
import { applyVariables } from '../../src/config/variables.ts';

function expand(text: string): string[] {
  const { roots, problems } = applyVariables(parseDialect(text, 'f'));
  expect(problems).toEqual([]);
  return roots.map((root) => root.content);
}

describe('variables of a rule file', () => {
  it.each([
    ['a name alone', '$W ', 'q '],
    ['a name ends at a dot, bar, comma, blank or dollar', 'a$W.b|$W|c,$W,d $W e$W$W', 'aq.b|q|c,q,d q eqq'],
    ['names are found in any case', '$w $W', 'q q'],
    ['a dollar before one of them is itself', 'a$|b$', 'a$|b$'],
    ['a description field stays', 'x $(srcip) end', 'x $(srcip) end'],
    ['after a field the original puts the value in the wrong place', 'x $(srcip) $W end', 'x $q end'],
    ['texts of two bytes are not looked at', '$X', '$X'],
  ])('%s', (_, text, expected) => {
    expect(expand(`<var name="W">q</var><a>${text}</a>`)).toEqual([expected]);
  });

  it('replaces in children and attribute values', () => {
    const { roots } = applyVariables(parseDialect('<var name="ID">57</var><a><b c="x$ID">y$ID</b></a>', 'f'));
    expect(roots[0]?.children[0]).toMatchObject({ content: 'y57', attributes: [{ name: 'c', value: 'x57' }] });
  });

  it('does not look at what stands above the first variable', () => {
    expect(expand('<a>\\.exe$)</a><var name="W">q</var><a>in $W</a>')).toEqual(['\\.exe$)', 'in q']);
  });

  it('does not replace inside what it put in', () => {
    expect(expand('<var name="A">x $B</var><var name="B">y</var><a>in $A</a>')).toEqual(['in x $B']);
  });

  it('refuses an unknown name at its place', () => {
    const { roots, problems } = applyVariables(parseDialect('<var name="W">q</var>\n<a>\\.exe$)</a>', 'f'));
    expect(roots).toEqual([]);
    expect(problems).toMatchObject([{ severity: 'error', position: { line: 2, column: 4 } }]);
    expect(problems[0]?.message).toContain('no <var> above has the name ")"');
  });

  it('refuses a variable without name', () => {
    const { problems } = applyVariables(parseDialect('<var>q</var>', 'f'));
    expect(problems[0]?.message).toContain('<var> has no name');
  });
});
