import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeControls } from '../../src/alert/escape.ts';

// Made of numbers: fast-check's own strings of all characters take seconds to set up.
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0, max: 0x10ffff })))
  .map((codes) => String.fromCodePoint(...codes));

describe('text that is shown', () => {
  it.each([
    ['plain, Grüße, 日本, 🙂, back\\slash', 'plain, Grüße, 日本, 🙂, back\\slash'],
    ['a\nb\r\n\tc', 'a\\nb\\r\\n\\tc'],
    ['\u001b[2J\u0007\u0000\u007f', '\\x1b[2J\\x07\\x00\\x7f'],
    ['\u009b31m', '\\x9b31m'],
    ['a\u202egnp.exe\u2066x\u2069', 'a\\u202egnp.exe\\u2066x\\u2069'],
    ['a\u200bb\ufeff\u2028', 'a\\u200bb\\ufeff\\u2028'],
    ['\u{e0041}', '\\u{e0041}'],
    ['half \ud800.', 'half \\ud800.'],
  ])('%j', (text, shown) => {
    expect(escapeControls(text)).toBe(shown);
  });

  it('is one line without anything that steers, whatever it was, and changes no more when escaped again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = escapeControls(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
        expect(escapeControls(shown)).toBe(shown);
      }),
    );
  });
});
