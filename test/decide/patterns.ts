// The compilers of the two pattern languages, as the program wires them.
import type { PatternCompilers } from '../../src/decide/decide.ts';
import { compileOsmatch } from '../../src/detect/patterns/osmatch.ts';
import { compileOsregex } from '../../src/detect/patterns/osregex.ts';
import { Subject } from '../../src/detect/patterns/subject.ts';

export const compilers: PatternCompilers = {
  compileGroupPattern(pattern) {
    const compiled = compileOsregex(pattern, { captures: false });
    return compiled.ok ? (text) => compiled.regex.test(new Subject(text)) : () => false;
  },
  compileNamePattern(pattern) {
    const matcher = compileOsmatch(pattern);
    return (text) => matcher.test(new Subject(text));
  },
};
