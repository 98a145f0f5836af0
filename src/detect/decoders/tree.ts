// Decoders → two lists of top-level decoders with their children. // spec ruleset §5.2
import type { Position } from '../../config/position.ts';
import { Subject } from '../patterns/expression.ts';
import type { Report } from '../report.ts';
import { builtInNames, createBuiltIn, windowsEventDecoder } from './built-in.ts';
import type { Decoder } from './decoder.ts';
import { type Candidates, FirstByteIndex } from './first-byte-index.ts';

export interface ChildDecoder {
  readonly decoder: Decoder;
  /** A later sibling has the same name: the chain goes on with the following entry. */
  next: boolean;
}

export class TopDecoder {
  readonly decoder: Decoder;
  readonly children: ChildDecoder[] = [];
  private heads: FirstByteIndex<number> | undefined = undefined;

  constructor(decoder: Decoder) {
    this.decoder = decoder;
  }

  /** Indexes of the children that are tried for a log whose remainder begins at `after`: chains by their first member. */
  headsFor(log: string, after: number): readonly number[] {
    this.heads ??= this.indexHeads();
    return this.heads.candidates(log, after).items;
  }

  private indexHeads(): FirstByteIndex<number> {
    const heads: number[] = [];
    for (let index = 0; index < this.children.length; index++) {
      heads.push(index);
      while (this.children[index]?.next === true) index++;
    }
    return new FirstByteIndex(heads, (index) => {
      const decoder = this.children[index]?.decoder;
      return decoder?.prematchAfterParent === true ? decoder.prematch : undefined;
    });
  }
}

/** Program names come from logs: a flood of new ones must not fill memory. */
const cachedPrograms = 1024;

export class DecoderTree {
  /** Decoders with a program name, in load order. */
  readonly named: TopDecoder[] = [];
  /** Decoders without. */
  readonly unnamed: TopDecoder[] = [];
  /** Of events of the Windows event channel. */
  readonly windowsEvents: Decoder;
  count = 0;
  private readonly ids = new Map<string, number>();
  private readonly byName = new Map<string, TopDecoder[]>();
  private readonly byProgram = new Map<string, Candidates<TopDecoder>>();
  private readonly unnamedByByte = new FirstByteIndex(this.unnamed, (top) => top.decoder.prematch);

  constructor() {
    for (const name of builtInNames) this.idOf(name);
    this.windowsEvents = createBuiltIn(windowsEventDecoder, this.idOf(windowsEventDecoder));
  }

  /** The id of a decoder name that exists; what `decoded_as` compares. */
  findId(name: string): number | undefined {
    return this.ids.get(name);
  }

  /** Ids of the names that decoders outside of this engine have. */
  builtInIds(): readonly number[] {
    return builtInNames.map((name) => this.idOf(name));
  }

  /** Names that have this id, the first one first. */
  nameOf(id: number): string | undefined {
    for (const [name, each] of this.ids) if (each === id) return name;
    return undefined;
  }

  private idOf(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const id = this.ids.size + 1;
    this.ids.set(name, id);
    return id;
  }

  add(decoder: Decoder, report: Report): void {
    this.count++;
    decoder.id = this.idOf(decoder.ownName);
    if (decoder.parent === undefined) {
      this.addTop(decoder);
      return;
    }
    const parents = this.byName.get(decoder.parent);
    if (parents === undefined) {
      report.error(decoder.position, `Decoder "${decoder.ownName}" has the unknown parent "${decoder.parent}".`);
      return;
    }
    for (const parent of parents) addChild(parent, decoder, report);
    if (!decoder.useOwnName) {
      decoder.name = decoder.parent;
      decoder.id = this.idOf(decoder.parent);
    }
  }

  private addTop(decoder: Decoder): void {
    const top = new TopDecoder(decoder);
    const list = decoder.programName === undefined ? this.unnamed : this.named;
    list.push(top);
    const sameName = this.byName.get(decoder.ownName);
    if (sameName === undefined) this.byName.set(decoder.ownName, [top]);
    else sameName.push(top);
  }

  /** Those whose program name matches, or without one those whose prematch can match the log; in load order. */
  candidatesFor(programName: string | undefined, log: string): Candidates<TopDecoder> {
    return programName === undefined ? this.unnamedByByte.candidates(log, 0) : this.namedFor(programName);
  }

  private namedFor(programName: string): Candidates<TopDecoder> {
    const known = this.byProgram.get(programName);
    if (known !== undefined) return known;
    const subject = new Subject(programName);
    const items = this.named.filter((top) => top.decoder.programName?.test(subject) === true);
    const found = { items, literals: undefined };
    if (this.byProgram.size >= cachedPrograms) this.byProgram.clear();
    this.byProgram.set(programName, found);
    return found;
  }
}

function addChild(parent: TopDecoder, decoder: Decoder, report: Report): void {
  let chained = false;
  for (const sibling of parent.children) {
    if (sibling.decoder.ownName !== decoder.ownName) continue;
    checkChain(sibling.decoder, decoder, report);
    sibling.next = true;
    chained = true;
  }
  if (!chained && decoder.regexOffset === 'regex') {
    report.error(
      decoder.position,
      `Decoder "${decoder.ownName}" has offset after_regex and no earlier sibling of its name.`,
    );
  }
  parent.children.push({ decoder, next: false });
}

function checkChain(first: Decoder, later: Decoder, report: Report): void {
  const refuse = (position: Position, message: string): void =>
    report.error(position, `Decoder "${later.ownName}" ${message}`);
  if (later.prematch !== undefined || later.firstSeen !== undefined) {
    refuse(later.position, 'continues a sibling of its name, so it can have neither <prematch> nor <fts>.');
  }
  for (const decoder of [first, later]) {
    if (decoder.regex === undefined && decoder.plugin === undefined) {
      refuse(decoder.position, 'is part of a chain of siblings, so it needs a <regex> or a <plugin_decoder>.');
    }
  }
}
