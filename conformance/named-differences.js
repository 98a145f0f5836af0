// Where Riposte decides otherwise than the original on purpose, each with its name and how it is recognised. Anything else that differs is a fault.

/** All of `part` in `whole`, in the same order. */
function isPart(part, whole) {
  let at = 0;
  for (const text of whole) if (text === part[at]) at += 1;
  return at === part.length;
}

/** Of an event: `configuration` is the text, `ours` and `theirs` are the responses, `decisions` all that was decided. */
export const eventDifferences = [
  {
    name: 'a disabled block disables itself only, not those above it',
    holds: ({ configuration, ours, theirs }) =>
      configuration.includes('<disabled>yes</disabled>') && isPart(theirs, ours),
  },
  {
    name: 'a block with disabled alone turns the responses of the manager off',
    holds: ({ ours, theirs, decisions }) =>
      isPart(ours, theirs) && decisions.every(({ guard }) => guard === undefined || guard === 'disabled'),
  },
  {
    name: 'IPv6 on the allow list is compared as an address, not as text',
    holds: ({ configuration, event, ours, theirs }) =>
      /<white_list>[^<]*:/.test(configuration) &&
      (event.data.srcip?.includes(':') === true || /::ffff:/i.test(configuration)) &&
      (ours.length === 0 || theirs.length === 0),
  },
  {
    name: 'an address mapped into IPv6 is the IPv4 address in any spelling',
    holds: ({ event, ours }) => event.data.srcip?.startsWith('::FFFF:') === true && ours.length === 0,
  },
];

/** Of a configuration that the original takes and Riposte refuses: by the error that it gives. */
export const refusals = [
  { name: 'location has words inside other words', error: /is not a location/ },
  { name: 'timeout is not a whole number of seconds up to ten years', error: /<timeout>/ },
  { name: 'two commands have one name', error: /is already defined/ },
  { name: 'an executable has a path', error: /must be the name of a file/ },
  { name: 'white_list has a prefix that no address can have, or a "!"', error: /<white_list>|the prefix of/ },
  { name: 'rules_id is not a list of ids', error: /<rules_id>/ },
  { name: 'agent_id is not an id', error: /<agent_id>/ },
];

/** Of a configuration that the original refuses and Riposte takes: by what the original said. */
export const acceptances = [
  {
    name: 'a command may stand below its use',
    holds: ({ configuration, log }) => {
      const missing = log.map((line) => /\(1303\): Invalid command '([^']*)'/.exec(line)?.[1]).find(Boolean);
      return missing !== undefined && configuration.includes(`<name>${missing}</name>`);
    },
  },
];
