// The compiled parts of the program that are fuzzed. Tests hand the same in from the sources.
import { printAlert } from '../dist/detect/alert-line.js';
import { JsonMembers, readJson, toJsonValue } from '../dist/detect/decoders/json-text.js';
import { createDetector } from '../dist/detect/engine.js';
import { loadRuleset } from '../dist/detect/load.js';
import { compileOsregex } from '../dist/detect/patterns/osregex.js';
import { compilePcre2 } from '../dist/detect/patterns/pcre2.js';
import { CountedPattern } from '../dist/detect/patterns/pcre2-counted.js';
import { parsePcre2 } from '../dist/detect/patterns/pcre2-parse.js';
import { Subject } from '../dist/detect/patterns/subject.js';

export const modules = {
  printAlert,
  JsonMembers,
  readJson,
  toJsonValue,
  createDetector,
  loadRuleset,
  compileOsregex,
  compilePcre2,
  CountedPattern,
  parsePcre2,
  Subject,
};
