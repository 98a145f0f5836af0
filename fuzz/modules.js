// The parts of the program that are fuzzed: as they are compiled, or by tests from the sources.

/** @param {URL} folder of detection  @param {string} ending of its files */
export async function loadModules(folder, ending) {
  const load = (path) => import(new URL(path + ending, folder).href);
  const { printAlert } = await load('alert-line');
  const { JsonMembers, readJson, toJsonValue } = await load('decoders/json-text');
  const { createDetector } = await load('engine');
  const { loadRuleset } = await load('load');
  const { compileOsregex } = await load('patterns/osregex');
  const { compilePcre2 } = await load('patterns/pcre2');
  const { CountedPattern } = await load('patterns/pcre2-counted');
  const { parsePcre2 } = await load('patterns/pcre2-parse');
  const { Subject } = await load('patterns/subject');
  return {
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
}
