import { expect, it } from 'vitest';
import type { CommandId, CommandMessage } from '../../src/fleet/command.ts';
import { Owed } from '../../src/manager/owed.ts';

const command = (id: string): CommandMessage => ({ id: id as CommandId }) as CommandMessage;
const [a, b] = [command('a'), command('b')];

it('stores what is not taken on, once, and says when it is', () => {
  const owed = new Owed();
  owed.add(a, false);
  owed.add(a, false);
  owed.add(b, false);
  owed.take(b.id);
  expect(owed.changes()).toEqual({ owed: [a], taken: [] });
  // A checkpoint that failed changes nothing.
  expect(owed.changes()).toEqual({ owed: [a], taken: [] });
  owed.stored([a]);
  expect(owed.changes()).toEqual({ owed: [], taken: [] });
  owed.take(a.id);
  expect(owed.changes()).toEqual({ owed: [], taken: [a.id] });
  owed.stored([]);
  expect(owed.changes()).toEqual({ owed: [], taken: [] });
});

it('removes from the store what an earlier life owed', () => {
  const owed = new Owed();
  owed.add(a, true);
  expect(owed.changes()).toEqual({ owed: [], taken: [] });
  owed.take(a.id);
  expect(owed.changes()).toEqual({ owed: [], taken: [a.id] });
});
