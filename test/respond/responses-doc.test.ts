import { expect, it } from 'vitest';
import { describeResponses } from '../../src/respond/describe.ts';
import { actions, builtIns } from '../../src/respond/registry.ts';
import { readProjectFile } from '../repo/source-files.ts';

it('docs/responses.md is what the code says: npm run docs', () => {
  expect(readProjectFile('docs/responses.md')).toBe(describeResponses(builtIns(), actions()));
});
