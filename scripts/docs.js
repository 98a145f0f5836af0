// npm run docs: the pages of docs/ that are made from the code.
import { writeFileSync } from 'node:fs';
import { describeResponses } from '../dist/respond/describe.js';
import { builtIns } from '../dist/respond/registry.js';

const list = builtIns();
writeFileSync(new URL('../docs/responses.md', import.meta.url), describeResponses(list));
await Promise.all(list.map((response) => response.close()));
