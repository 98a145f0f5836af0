// The channel between the command line and the running service: one JSON object a line over a socket in the home.

export const protocolVersion = 1;

export interface ControlRequest {
  readonly version: number;
  readonly command: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export type ControlAnswer =
  | { readonly version: number; readonly ok: true; readonly result: unknown }
  | { readonly version: number; readonly ok: false; readonly error: string };

/** Longest line that either side accepts, in characters. */
export const longestLine = 16 * 1024 * 1024;

/** The request that a line holds, or what is wrong with it. */
export function parseRequest(line: string): ControlRequest | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'the request is not JSON';
  }
  if (typeof value !== 'object' || value === null) return 'the request is not a JSON object';
  const { version, command, parameters = {} } = value as Partial<ControlRequest>;
  if (version !== protocolVersion) {
    return `protocol version ${JSON.stringify(version)} is not spoken here: the service speaks ${protocolVersion}; use the riposte command of the same release`;
  }
  if (typeof command !== 'string') return 'the request names no command';
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    return 'the parameters are not a JSON object';
  }
  return { version, command, parameters };
}

/** Cuts a stream of text into lines and hands each on; says so and stops when one grows over the limit. */
export function createLineSplitter(onLine: (line: string) => void, onOverflow: () => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    rest += chunk;
    let end = rest.indexOf('\n');
    while (end >= 0) {
      onLine(rest.slice(0, end));
      rest = rest.slice(end + 1);
      end = rest.indexOf('\n');
    }
    if (rest.length > longestLine) {
      rest = '';
      onOverflow();
    }
  };
}
