// The quick reader of events' XML answers as the reader of the dialect, or leaves it to that.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DialectElement, parseDialect } from '../../src/config/dialect.ts';
import { readPlainXml } from '../../src/detect/decoders/event-xml.ts';
import { decodeJson } from '../../src/detect/decoders/json-decoder.ts';
import { readWindowsEvent } from '../../src/detect/decoders/windows-event.ts';
import { XmlElements } from '../../src/detect/decoders/xml-elements.ts';
import { Event } from '../../src/detect/event.ts';

/** Depth, name, attributes and content of each element, in the order in which they begin. */
function listElements(xml: XmlElements): unknown[] {
  return Array.from({ length: xml.count }, (_, element) => {
    const [start, end] = [xml.firstAttribute(element), xml.firstAttribute(element + 1)];
    const pairs = xml.attributeNames.slice(start, end).map((name, at) => [name, xml.attributeValues[start + at]]);
    // The text of an element that has children is nobody's.
    const content = xml.endOf(element) > element + 1 ? '' : xml.contents[element];
    return [xml.depths[element], xml.names[element], pairs, content];
  });
}

function readQuickly(text: string): unknown[] | undefined {
  const elements = new XmlElements();
  return readPlainXml(text, elements) ? listElements(elements) : undefined;
}

function listRoots(roots: readonly DialectElement[]): unknown[] {
  const elements = new XmlElements();
  for (const root of roots) elements.addTree(root);
  return listElements(elements);
}

const name = fc.constantFrom('Data', 'System', 'EventID', 'x:y', 'A-b.c', 'a');
const text = fc.stringMatching(/^[ -;=?-~\x80-\xff]{0,12}$/);
const attributes = fc
  .uniqueArray(fc.tuple(name, fc.stringMatching(/^[ !#-%(-=?-~]{0,8}$/), fc.constantFrom('"', "'")), {
    maxLength: 3,
    selector: ([attribute]) => attribute,
  })
  .map((all) => all.map(([attribute, value, quote]) => ` ${attribute}=${quote}${value}${quote}`).join(''));
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(name, attributes).map(([tag, pairs]) => `<${tag}${pairs}/>`),
    fc.tuple(name, attributes, text).map(([tag, pairs, inner]) => `<${tag}${pairs}>${inner}</${tag}>`),
    fc
      .tuple(name, attributes, fc.array(fc.tuple(text, tie('element')), { maxLength: 3 }), text)
      .map(([tag, pairs, inner, end]) => `<${tag}${pairs}>${inner.flat().join('')}${end}</${tag}>`),
  ),
}));
/** Backslashes are doubled before either reader sees them. */
const prepare = (xml: string): string => xml.replaceAll('\\', '\\\\');

describe('the quick reader', () => {
  it('reads what is well formed, as the dialect does', () => {
    fc.assert(
      fc.property(element, (xml) => {
        const { roots, problems } = parseDialect(prepare(xml), 'event');
        expect(problems).toEqual([]);
        expect(readQuickly(prepare(xml))).toEqual(listRoots(roots));
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves alone what is damaged, or reads it as the dialect does', () => {
    const damaged = fc
      .tuple(element, fc.nat(), fc.nat(3), fc.constantFrom('', '<', '>', "'", '"', '/', '!', ' ', '<!-- x -->', '</a>'))
      .map(([xml, at, cut, put]) => {
        const start = at % (xml.length + 1);
        return prepare(xml.slice(0, start) + put + xml.slice(start + cut));
      });
    fc.assert(
      fc.property(damaged, (xml) => {
        const quick = readQuickly(xml);
        if (quick === undefined) return;
        const { roots, problems } = parseDialect(xml, 'event');
        expect(problems).toEqual([]);
        expect(quick).toEqual(listRoots(roots));
      }),
      { numRuns: 5000 },
    );
  });

  it('reads an event of Windows', () => {
    expect(readQuickly("<Event xmlns='http://x/y'><System><EventID>1</EventID></System></Event>")).toEqual([
      [0, 'Event', [['xmlns', 'http://x/y']], ''],
      [1, 'System', [], ''],
      [2, 'EventID', [], '1'],
    ]);
  });

  it.each(['<a><b></a></b>', '<a', '<a>', '<a></b>', '<a b=c></a>', '<a/><b/>', '<?xml?><a/>', '<a><!-- c --></a>'])(
    'leaves %s to the other',
    (xml) => expect(readQuickly(xml)).toBeUndefined(),
  );
});

it('gives the fields that decoding its JSON would give', () => {
  const value = fc.stringMatching(/^[ -;=?-~\x80-\xff]{0,10}$/);
  const pair = fc.tuple(fc.constantFrom('Target', 'target', 'IpAddress', 'a.b', '__proto__'), value);
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 6 }), value, (pairs, message) => {
      const data = pairs.map(([key, inner]) => `<Data Name='${key}'>${inner}</Data>`).join('');
      const xml = `<Event><System><Level>0</Level><Keywords>0x8</Keywords></System><EventData>${data}</EventData><U><V><W>x</W></V></U></Event>`;
      const read = readWindowsEvent(JSON.stringify({ Message: message, Event: xml }));
      const event = new Event('1.1', 0, '001', 'l', '', '', 'h');
      decodeJson(event, read?.text ?? '', { discardNulls: true, arrays: 'dropped' });
      const names = read?.names.map((field) => field.name);
      expect([names, read?.values]).toEqual([event.fields.names.map((field) => field.name), event.dynamicValues]);
    }),
  );
});
