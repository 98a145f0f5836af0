// The host that alerts show, found by a pattern of its own. // spec ruleset §9.5

const space = 0x20;
const jsonHostname = /^[A-Z][a-z][a-z] [ 0-3][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} ([^ ]+)/;

/** The host that alerts show, which is not the one that rules see. // spec ruleset §9.5 */
export function shownHostname(fullLog: string): string | undefined {
  // Cheap bytes first: most lines of other formats fail here.
  if (fullLog.charCodeAt(3) !== space || fullLog.charCodeAt(15) !== space) return undefined;
  return jsonHostname.exec(fullLog)?.[1];
}
