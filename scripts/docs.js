// npm run docs: the pages of docs/ that are made from the code.
import { writeFileSync } from 'node:fs';
import { describeResponses } from '../dist/respond/describe.js';
import { actions, builtIns } from '../dist/respond/registry.js';

const list = builtIns();
writeFileSync(new URL('../docs/responses.md', import.meta.url), describeResponses(list, actions()));
await Promise.all(list.map((response) => response.close()));
