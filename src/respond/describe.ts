// docs/responses.md, as the code has it.
import type { AnyBuiltIn, BuiltInAction } from './contract.ts';

const head = `# Responses that are built in

Names as \`<executable>\` has them; a file of the same name in \`active-response/bin\` takes the place of a built-in. \`riposte respond NAME\` runs one as a program, through Wazuh's protocol. This page is made from the code: \`npm run docs\`.

Each is put through one contract, on a model and on the real system: what is applied twice is in force once; what is lifted leaves what was there; what an earlier process applied is found and lifted; and before anything changes, it is in the journal of the host.
\`verify\`, which every response goes through, answers \`effective\`, \`written\` or \`absent\`.
`;

export function describeResponses(list: readonly AnyBuiltIn[], once: readonly BuiltInAction[]): string {
  return [head, ...list.map(describe), ...once.map(describeAction)].join('\n');
}

function describeAction({ name, about }: BuiltInAction): string {
  return `## \`${name}\`

${about.does} Done once: nothing is in force afterwards, and a timeout means nothing.

| | |
|---|---|
| how | ${about.how} |
| needs | ${about.needs} |
`;
}

function describe({ name, about, d3fend, machineLifts, targetField = 'srcip' }: AnyBuiltIn): string {
  const reads =
    targetField === 'srcip'
      ? '`data.win.eventdata.ipAddress`, else `data.win.eventdata.destinationIp`, else `data.srcip`: an IPv4 or IPv6 address'
      : '`data.dstuser`: an account';
  return `## \`${name}\`

${about.does}

| | |
|---|---|
| reads | ${reads} |
| how | ${about.how} |
| proof | ${about.proof} |
| lifted by | ${machineLifts ? 'the kernel, on time' : 'the agent, on time or at its next start'} |
| needs | ${about.needs} |
| D3FEND | ${d3fend.apply}, lifted: ${d3fend.revert} |
`;
}
