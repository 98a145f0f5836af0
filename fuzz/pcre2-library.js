// The real PCRE2, where the machine has it: what a translated pattern is compared with.
import koffi from 'koffi';

const names = ['libpcre2-8.so.0', '/usr/lib/x86_64-linux-gnu/libpcre2-8.so.0', '/usr/lib/libpcre2-8.so.0'];
/** PCRE2_ERROR_NOMATCH */
const noMatch = -1;
const noOptions = 0;

function load() {
  for (const name of names) {
    try {
      return koffi.load(name);
    } catch {
      // The next name may be there.
    }
  }
  return undefined;
}

/**
 * @returns undefined where there is no PCRE2; else `(pattern, text) => answer`. Both are latin1 texts. The answer is
 * `{ error }` where the pattern is refused, `{ limit }` where PCRE2 gave up, else `{ spans }`: undefined for no match, or start and
 * end of the match and of each group that took part.
 */
export function loadPcre2() {
  const library = load();
  if (library === undefined) return undefined;
  const compile = library.func(
    'void *pcre2_compile_8(const uint8_t *, size_t, uint32_t, _Out_ int *, _Out_ size_t *, void *)',
  );
  const free = library.func('void pcre2_code_free_8(void *)');
  const makeData = library.func('void *pcre2_match_data_create_from_pattern_8(void *, void *)');
  const freeData = library.func('void pcre2_match_data_free_8(void *)');
  const match = library.func('int pcre2_match_8(void *, const uint8_t *, size_t, size_t, uint32_t, void *, void *)');
  const vectorOf = library.func('size_t *pcre2_get_ovector_pointer_8(void *)');
  const makeContext = library.func('void *pcre2_match_context_create_8(void *)');
  const setLimit = library.func('int pcre2_set_match_limit_8(void *, uint32_t)');
  const context = makeContext(null);
  setLimit(context, 200_000);

  // A buffer without bytes would arrive as no pointer at all.
  const bytesOf = (text) => Buffer.from(`${text}\0`, 'latin1');

  return (pattern, text) => {
    const error = [0];
    const offset = [0];
    const code = compile(bytesOf(pattern), pattern.length, noOptions, error, offset, null);
    if (code === null) return { error: error[0] };
    const data = makeData(code, null);
    try {
      const count = match(code, bytesOf(text), text.length, 0, 0, data, context);
      if (count === noMatch) return { spans: undefined };
      if (count < 0) return { limit: count };
      const numbers = Array.from(koffi.decode(vectorOf(data), 'size_t', count * 2), Number);
      const spans = [];
      for (let group = 0; group < count; group++) spans.push([numbers[group * 2], numbers[group * 2 + 1]]);
      return { spans };
    } finally {
      freeData(data);
      free(code);
    }
  };
}
