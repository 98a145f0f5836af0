// Reads the line by which a script tells what it acts on. // spec active-response §4

/** The keys, or undefined where the line is not a check_keys message. */
export function parseCheckKeys(line: string): readonly string[] | undefined {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(message) || message.command !== 'check_keys') return undefined;
  const parameters = message.parameters;
  const keys = isObject(parameters) ? parameters.keys : undefined;
  if (!Array.isArray(keys)) return undefined;
  // A number identifies an action as well as its text does; anything deeper is no key.
  const texts = keys.map((key: unknown) => (typeof key === 'number' ? String(key) : key));
  return texts.every((key): key is string => typeof key === 'string') ? texts : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
