import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DialectElement, parseDialect } from '../../src/config/dialect.ts';
import { formatProblem } from '../../src/config/position.ts';

function parseOne(text: string): DialectElement {
  const { roots, problems } = parseDialect(text, 'f');
  expect(problems).toEqual([]);
  expect(roots).toHaveLength(1);
  const [root] = roots;
  if (root === undefined) throw new Error('no root');
  return root;
}

function findProblem(text: string): string | undefined {
  const [problem] = parseDialect(text, 'f').problems;
  return problem === undefined ? undefined : formatProblem(problem);
}

describe('what the dialect reads', () => {
  it('reads several roots and ignores text between them', () => {
    const { roots, problems } = parseDialect('words <a>1</a> more <b>2</b> end', 'f');
    expect(problems).toEqual([]);
    expect(roots.map(({ name, content }) => [name, content])).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  it('reads nothing from an empty file', () => {
    expect(parseDialect('', 'f')).toEqual({ roots: [], problems: [] });
  });

  it('never trims content', () => {
    expect(parseOne('<a> \n\tx </a>').content).toBe(' \n\tx ');
  });

  it('decodes no entity', () => {
    expect(parseOne('<a>&lt;&amp;</a>').content).toBe('&lt;&amp;');
  });

  it.each([
    ['an escaped bracket stays with its backslash', '<a>x\\<y</a>', 'x\\<y'],
    ['two backslashes escape each other', '<a>x\\\\</a>', 'x\\\\'],
    ['three leave one for the bracket', '<a>\\\\\\<y</a>', '\\\\\\<y'],
    ['a comment in the middle is removed', '<a>v<!-- c -->q</a>', 'vq'],
    ['a comment may end with a bang', '<a>v<! c !>q</a>', 'vq'],
    ['a comment ends at the first of both ends', '<a>v<!-- c !>q<!-- d -->r</a>', 'vqr'],
    ['a tag in a comment is none', '<a><!-- <b> --></a>', ''],
    ['a bracket that closes is text', '<a>1 > 0</a>', '1 > 0'],
  ])('%s', (_, text, content) => {
    expect(parseOne(text).content).toBe(content);
  });

  it('tells where a comment was taken out', () => {
    expect(parseOne('<a>v<!-- c -->q</a>').commentAt).toBe(1);
    expect(parseOne('<a>vq</a>').commentAt).toBeUndefined();
  });

  it('reads empty elements in both forms', () => {
    expect(parseOne('<a/>')).toMatchObject({ name: 'a', content: '', children: [] });
    expect(parseOne('<a />').name).toBe('a');
    expect(parseOne('<a></a>').content).toBe('');
  });

  it('keeps attributes in order, raw, in either quotes', () => {
    const { attributes } = parseOne(`<a one="1 'x'" two='&amp;' three= "3"/>`);
    expect(attributes.map(({ name, value }) => [name, value])).toEqual([
      ['one', "1 'x'"],
      ['two', '&amp;'],
      ['three', '3'],
    ]);
  });

  it('gives positions by lines and characters', () => {
    const root = parseOne('\n <a>\n  <é x="1">😀<b/></é></a>');
    expect(root.position).toEqual({ file: 'f', line: 2, column: 2 });
    const [child] = root.children;
    expect(child?.position).toMatchObject({ line: 3, column: 3 });
    expect(child?.attributes[0]?.position).toMatchObject({ line: 3, column: 6 });
    expect(child?.contentPosition).toMatchObject({ line: 3, column: 12 });
    expect(child?.children[0]?.position).toMatchObject({ line: 3, column: 13 });
  });
});

describe('what the dialect refuses', () => {
  it.each([
    ['a tag that is never closed', '<a>\n<b></b>', 'f:1:1: <a> is never closed'],
    ['a wrong closing tag', '<a>\n <b></a>', 'f:2:5: </a> stands where </b> is needed: <b> was opened at line 2.'],
    ['another case in the closing tag', '<a></A>', 'f:1:4: </A> stands where </a> is needed'],
    ['a blank in the closing tag', '<a></a >', 'f:1:4: </a > stands where </a> is needed'],
    ['a closing tag alone', 'x</a>', 'f:1:2: </a> closes an element that was never opened.'],
    ['a comment without end', '<a>\n<!-- b </a>', 'f:2:1: this comment is never closed'],
    ['an attribute given twice', '<a b="1" b="2"/>', 'f:1:10: the attribute "b" is given twice in <a>'],
    ['an attribute without value', '<a b/>', 'f:1:4: the attribute "b" of <a> has no value'],
    ['an attribute without quotes', '<a b=1/>', 'f:1:4: the attribute "b" of <a> has no value'],
    ['an attribute that is not closed', '<a b="1>x</a>', 'f:1:4: the value of the attribute "b" of <a> is not closed'],
    ['attributes without a blank between', '<a b="1"c="2"/>', 'f:1:9: a blank or ">" is needed here, in <a>, not "c".'],
    ['a bracket in the text', '<a>1 < 2</a>', 'f:1:6: "<" is not followed by the name of an element.'],
    ['an XML declaration', '<?xml version="1.0"?><a/>', 'f:1:1: an XML declaration is not part of this dialect'],
    ['a tag at the end of the file', '<a', 'f:1:1: "<" is not followed by the name'],
    ['a tag without its end', '<a b="1"', 'f:1:9: the tag <a is never closed'],
    ['a backslash before the closing tag', '<a>x\\</a>', 'f:1:1: <a> is never closed'],
  ])('%s', (_, text, problem) => {
    expect(findProblem(text)).toContain(problem);
  });

  it('explains the backslash that makes a closing tag text', () => {
    expect(findProblem('<r><a>x\\</a></r>')).toContain('A backslash before "<" makes it a part of the text.');
  });

  it('keeps the roots before the problem', () => {
    const { roots, problems } = parseDialect('<a>1</a><b>', 'f');
    expect(roots.map((root) => root.name)).toEqual(['a']);
    expect(problems).toHaveLength(1);
  });

  it('allows 20,480 bytes of content and no more', () => {
    expect(findProblem(`<a>${'x'.repeat(20_480)}</a>`)).toBeUndefined();
    expect(findProblem(`<a>${'x'.repeat(20_481)}</a>`)).toContain('the content of <a> has 20481 bytes');
    expect(findProblem(`<a>${'é'.repeat(10_241)}</a>`)).toContain('the content of <a> has 20482 bytes');
    expect(findProblem(`<a b="${'x'.repeat(20_481)}"/>`)).toContain('the attribute "b" has 20481 bytes');
    expect(findProblem(`<${'x'.repeat(20_481)}/>`)).toContain('the name of an element has 20481 bytes');
  });

  it('allows elements 1,024 deep and no deeper', () => {
    const nest = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    expect(findProblem(nest(1_024))).toBeUndefined();
    expect(findProblem(nest(1_025))).toContain('elements are nested deeper than 1024');
  });
});

describe('any text', () => {
  const scrap = fc.constantFrom(
    '<',
    '>',
    '/',
    '!',
    '-',
    '\\',
    '"',
    "'",
    '=',
    ' ',
    '\n',
    'a',
    'b',
    '<a>',
    '</a>',
    '<!--',
  );

  it('is read without an exception, with at most one problem that lies inside it', () => {
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        const { problems } = parseDialect(text, 'f');
        expect(problems.length).toBeLessThanOrEqual(1);
        for (const { position } of problems) {
          const line = text.split('\n')[position.line - 1];
          expect(line).toBeDefined();
          expect(position.column).toBeLessThanOrEqual((line ?? '').length + 1);
        }
      }),
    );
  });
});
