// A model of the kernel's nftables and of the subset of nft 1.0.6's language that firewall-drop speaks; refuses everything else.

interface ModelSet {
  readonly type: string;
  readonly flags: string;
  /** Text to the virtual ms at which it ends; null: permanent. */
  readonly elements: Map<string, number | null>;
}

interface ModelRule {
  readonly protocol: string;
  /** Undefined: it drops nothing of ours. */
  readonly set: string | undefined;
  readonly handle: number;
}

interface ModelTable {
  /** Of the rule that was made last. */
  handle: number;
  dormant: boolean;
  readonly sets: Map<string, ModelSet>;
  readonly chains: Map<string, { readonly hook: string; readonly prio: number; rules: ModelRule[] }>;
}

export class ModelError extends Error {}

const missing = 'Could not process rule: No such file or directory';

export class ModelKernel {
  tables = new Map<string, ModelTable>();
  nowMs = 0;
  /** Elements that this kernel will not take. */
  readonly refused = new Set<string>();
  transactions = 0;
  /** Lines of a transaction, all or nothing; throws ModelError with nft's text. */
  commit(text: string, dryRun = false): void {
    const before = structuredClone(this.tables);
    try {
      for (const statement of splitStatements(text)) this.#execute(statement);
      this.transactions += 1;
      if (dryRun) this.tables = before;
    } catch (error) {
      this.tables = before;
      throw error;
    }
  }

  elements(set: string): Map<string, number | null> {
    const all = this.tables.get('riposte')?.sets.get(set)?.elements ?? new Map<string, number | null>();
    return new Map([...all].filter(([, end]) => end === null || end > this.nowMs));
  }

  listTable(name: string): unknown {
    const table = this.#table(name, 'No such file or directory');
    const items: unknown[] = [{ metainfo: { version: '1.0.6' } }];
    items.push({ table: { family: 'inet', name, handle: 1, ...(table.dormant ? { flags: 'inet' } : {}) } });
    for (const [set, { type, flags }] of table.sets) {
      const elem = [...this.elements(set)].map(([text, end]) => this.#listElement(text, end));
      const listed = flags.split(', ');
      items.push({
        set: { family: 'inet', name: set, table: name, type, flags: listed, ...(elem.length > 0 ? { elem } : {}) },
      });
    }
    for (const [chain, { hook, prio, rules }] of table.chains) {
      items.push({ chain: { family: 'inet', table: name, name: chain, type: 'filter', hook, prio, policy: 'accept' } });
      for (const { protocol, set, handle } of rules) {
        const match = { op: '==', left: { payload: { protocol, field: 'saddr' } }, right: `@${set}` };
        const expr = set === undefined ? [{ accept: null }] : [{ match }, { drop: null }];
        items.push({ rule: { family: 'inet', table: name, chain, handle, expr } });
      }
    }
    return { nftables: items };
  }

  #listElement(text: string, end: number | null): unknown {
    const [addr, length] = text.split('/');
    const val = length === undefined ? text : { prefix: { addr, len: Number(length) } };
    if (end === null) return val;
    const expires = Math.floor((end - this.nowMs) / 1000);
    return { elem: { val, timeout: expires, expires } };
  }

  #table(name: string, error = missing): ModelTable {
    const table = this.tables.get(name);
    if (table === undefined) throw new ModelError(error);
    return table;
  }

  #execute(statement: string): void {
    const [, verb = '', kind = '', name = '', rest = ''] = /^(\w+) (\w+) inet (\S+) ?(.*)$/.exec(statement) ?? [];
    if (!['add', 'create', 'delete', 'flush'].includes(verb)) throw new ModelError('syntax error, unexpected string');
    if (verb === 'add' && kind === 'table') {
      const known = this.tables.get(name);
      if (known === undefined) this.tables.set(name, { handle: 0, dormant: false, sets: new Map(), chains: new Map() });
      else known.dormant = false;
      return;
    }
    if (verb === 'create' && kind === 'table' && this.tables.has(name))
      throw new ModelError('Could not process rule: File exists');
    if (verb === 'delete' && kind === 'table') {
      this.#table(name);
      this.tables.delete(name);
      return;
    }
    const table = this.#table(name);
    const action = actions.get(`${verb} ${kind}`);
    if (action !== undefined) action(table, rest);
    else if (kind === 'element' && (verb === 'add' || verb === 'create' || verb === 'delete'))
      this.#changeElements(table, verb, rest);
    else throw new ModelError('syntax error, unexpected string');
  }

  #changeElements(table: ModelTable, verb: 'add' | 'create' | 'delete', rest: string): void {
    const [, name = '', list = ''] = /^(\S+) \{ (.*) \}$/.exec(rest) ?? [];
    const set = table.sets.get(name);
    if (set === undefined) throw new ModelError(missing);
    for (const item of list.split(', ')) {
      const [, text = '', timeout] = /^(\S+)(?: timeout (\S+))?$/.exec(item) ?? [];
      if (!/^[0-9a-f.:]+(\/\d+)?$/.test(text))
        throw new ModelError('Could not resolve hostname: Name or service not known');
      if (this.refused.has(text)) throw new ModelError('Could not process rule: Invalid argument');
      const end = set.elements.get(text);
      const present = end !== undefined && (end === null || end > this.nowMs);
      if (verb === 'delete') {
        if (!present) throw new ModelError(missing);
        set.elements.delete(text);
      } else if (present && verb === 'create') {
        throw new ModelError('Could not process rule: File exists');
      } else if (!present) {
        // Before Linux 6.12 an add of what is there changes nothing, silently.
        const seconds = timeout === undefined ? 0 : readDuration(timeout);
        set.elements.set(text, seconds === 0 ? null : this.nowMs + seconds * 1000);
      }
    }
  }
}

const actions = new Map([
  ['add set', addSet],
  ['add chain', addChain],
  ['flush chain', flushChain],
  ['add rule', addRule],
  ['delete rule', deleteRule],
]);

function addSet(table: ModelTable, rest: string): void {
  const [, name = '', type = '', flags = ''] = /^(\S+) \{ type (\w+); flags ([\w, ]+); \}$/.exec(rest) ?? [];
  const known = table.sets.get(name);
  if (known === undefined) table.sets.set(name, { type, flags, elements: new Map() });
  else if (known.type !== type || known.flags !== flags) throw new ModelError('Could not process rule: File exists');
}

function addChain(table: ModelTable, rest: string): void {
  const form = /^(\S+) \{ type filter hook (\w+) priority (-?\d+); policy accept; \}$/;
  const [, name = '', hook = '', prio = ''] = form.exec(rest) ?? [];
  const known = table.chains.get(name);
  if (known === undefined) table.chains.set(name, { hook, prio: Number(prio), rules: [] });
  else if (known.hook !== hook || known.prio !== Number(prio)) {
    throw new ModelError('Could not process rule: Operation not supported');
  }
}

function flushChain(table: ModelTable, rest: string): void {
  const chain = table.chains.get(rest);
  if (chain === undefined) throw new ModelError(missing);
  chain.rules = [];
}

function addRule(table: ModelTable, rest: string): void {
  const [, name = '', protocol = '', set = ''] = /^(\S+) (ip6?) saddr @(\S+) drop$/.exec(rest) ?? [];
  const chain = table.chains.get(name);
  if (chain === undefined || !table.sets.has(set)) throw new ModelError(missing);
  table.handle += 1;
  chain.rules.push({ protocol, set, handle: table.handle });
}

function deleteRule(table: ModelTable, rest: string): void {
  const [, name = '', handle] = /^(\S+) handle (\d+)$/.exec(rest) ?? [];
  const chain = table.chains.get(name);
  const at = chain?.rules.findIndex((rule) => rule.handle === Number(handle)) ?? -1;
  if (at < 0) throw new ModelError(missing);
  chain?.rules.splice(at, 1);
}

function readDuration(text: string): number {
  const [, days = '0', seconds = '0'] = /^(?:(\d+)d)?(?:(\d+)s)?$/.exec(text) ?? [];
  if (days.length > 8 || seconds.length > 8) throw new ModelError('value too large');
  return Number(days) * 86_400 + Number(seconds);
}

/** At line ends and at semicolons outside braces. */
function splitStatements(text: string): string[] {
  const statements = [''];
  let depth = 0;
  for (const character of text) {
    depth += character === '{' ? 1 : character === '}' ? -1 : 0;
    if (character === '\n' || (character === ';' && depth === 0)) statements.push('');
    else statements[statements.length - 1] += character;
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}
