// `<var name="X">text</var>` and `$X` in rule and decoder files. // spec ruleset §2
import type { DialectAttribute, DialectDocument, DialectElement } from './dialect.ts';
import type { Position } from './position.ts';
import { quoteValue } from './quote-value.ts';

const maximumNameBytes = 255;
/** What ends a name that began with `$`. */
const nameEnd = /[$.|, ]|$/g;

type Variables = ReadonlyMap<string, string>;

class VariableError extends Error {
  readonly position: Position;

  constructor(position: Position, message: string) {
    super(message);
    this.position = position;
  }
}

/**
 * The document with every `$X` replaced that stands below the `<var>` of that name, and without the `<var>` elements. A
 * name that was not defined makes the document unusable: the error says so and the roots from there on are missing.
 */
export function applyVariables(document: DialectDocument): DialectDocument {
  const variables = new Map<string, string>();
  const roots: DialectElement[] = [];
  try {
    for (const root of document.roots) {
      if (root.name === 'var') defineVariable(root, variables);
      else roots.push(variables.size === 0 ? root : replaceInElement(root, variables));
    }
  } catch (error) {
    if (!(error instanceof VariableError)) throw error;
    const problem = { severity: 'error', position: error.position, message: error.message } as const;
    return { roots, problems: [...document.problems, problem] };
  }
  return { roots, problems: document.problems };
}

function defineVariable(element: DialectElement, variables: Map<string, string>): void {
  const name = element.attributes.find((attribute) => attribute.name === 'name')?.value ?? '';
  if (name === '') {
    throw new VariableError(element.position, '<var> has no name: write <var name="NAME">text</var>.');
  }
  if (Buffer.byteLength(name) > maximumNameBytes) {
    throw new VariableError(element.position, `the name of this <var> has more than ${maximumNameBytes} bytes.`);
  }
  const key = name.toLowerCase();
  if (!variables.has(key)) variables.set(key, element.content);
}

function replaceInElement(element: DialectElement, variables: Variables): DialectElement {
  return {
    ...element,
    attributes: element.attributes.map((attribute) => replaceInAttribute(attribute, variables)),
    content: replaceInText(element.content, element.contentPosition, variables),
    children: element.children.map((child) => replaceInElement(child, variables)),
  };
}

function replaceInAttribute(attribute: DialectAttribute, variables: Variables): DialectAttribute {
  return { ...attribute, value: replaceInText(attribute.value, attribute.position, variables) };
}

/**
 * Replaces the names in one text. `$(` begins a field of a description and stays; but after it the original no longer
 * moves the place where it inserts, so a later variable takes the place of all that follows that `$`. Kept, because
 * rule files are to give the same alerts.
 */
function replaceInText(original: string, position: Position, variables: Variables): string {
  if (original.length <= 2) return original;
  let text = original;
  let stuckAt: number | undefined;
  let from = 0;
  for (;;) {
    const dollar = text.indexOf('$', from);
    if (dollar === -1) return text;
    from = dollar + 1;
    if (text[from] === '(') {
      stuckAt ??= from;
      continue;
    }
    nameEnd.lastIndex = from;
    const end = nameEnd.exec(text)?.index ?? text.length;
    if (end === from) continue;
    const name = text.slice(from, end);
    const value = variables.get(name.toLowerCase());
    if (value === undefined) {
      throw new VariableError(
        position,
        `no <var> above has the name ${quoteValue(name)}: in a file with variables "$" before a letter or sign begins a name.`,
      );
    }
    const insertAt = stuckAt ?? dollar;
    text = text.slice(0, insertAt) + value + text.slice(end);
    from = insertAt + value.length;
    stuckAt = undefined;
  }
}
