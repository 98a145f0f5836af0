import { expect, it } from 'vitest';
import { LogTests } from '../../../src/detect/correlation/log-tests.ts';
import type { PastEvents } from '../../../src/detect/correlation/past-events.ts';
import { compileExpression, type Expression } from '../../../src/detect/patterns/expression.ts';

function compile(pattern: string): Expression {
  const compiled = compileExpression('osregex', pattern);
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.expression;
}

it('looks at each remembered log once, until another event has its place', () => {
  const logs = ['bad 1', 'good', 'bad 2'];
  const read: number[] = [];
  const log = (place: number): string => {
    read.push(place);
    return logs[place] ?? '';
  };
  const tests = new LogTests({ log } as PastEvents, logs.length);
  const [bad, good] = [compile('bad \\d'), compile('good')];
  const answers = (expression: Expression): boolean[] => logs.map((_, place) => tests.test(expression, place));
  for (let round = 0; round < 3; round++) expect(answers(bad)).toEqual([true, false, true]);
  expect(answers(good)).toEqual([false, true, false]);
  expect(read).toEqual([0, 1, 2, 0, 1, 2]);
  logs[1] = 'bad 3';
  tests.forget(1);
  expect([answers(bad), answers(good)]).toEqual([
    [true, true, true],
    [false, false, false],
  ]);
  expect(read.slice(6)).toEqual([1, 1]);
});
