import type { Key } from '../catalog/catalog.ts';
import type { Execution, Group } from './group.ts';
import { heldValue, isItself } from './held-value.ts';
import type { LoadNode } from './load-node.ts';
import { NumberMap } from './number-map.ts';

/** One value (or tuple) that came in a source's columns. */
export interface Entry {
  /** The value, where that is a small whole number from 0 on; else -1. */
  readonly number: number;
  /** The statement whose rows first brought it; once that is counted, its place in the trail. */
  from: Execution | LoadNode;
  /** Rows that held it, in all. */
  count: number;
  /** Of these, rows that are still remembered. */
  kept: number;
  /** Its first row's place. */
  readonly first: number;
}

/**
 * The values that one group of statements has brought in one key's columns: what can be followed from. Rows
 * have places, counted from 0 on; beyond the cap the older half is let go of, since what came last is
 * followed most.
 */
export class Source {
  readonly group: Group;
  readonly key: Key;
  /** By values, as they are held. */
  readonly entries: NumberMap<Entry> = new NumberMap();
  /** Entries made in all. */
  made = 0;
  /** The place of the first row that is remembered. */
  begin = 0;
  /** Every remembered row's entry, in the order in which rows came. */
  readonly #order: Entry[] = [];
  /** Whether its values were given by the program with what it created, and not read. */
  supplied = false;
  /** The place where the rows of the latest statement begin. */
  latest = 0;
  readonly #max: number;
  /** Of the remembered rows, those whose entries stand where they do in their trail. */
  #settled = 0;

  constructor(group: Group, key: Key, values_max: number) {
    this.group = group;
    this.key = key;
    this.#max = values_max;
  }

  /** The place after the last row. */
  get end(): number {
    return this.begin + this.#order.length;
  }

  /** The entry of the row at a place, if that is remembered. */
  at(place: number): Entry | undefined {
    return this.#order[place - this.begin];
  }

  /** Adds a row's value. */
  add(value: string, from: Execution): void {
    if (this.#order.length >= this.#max) this.forgetHalf();
    const held = heldValue(value);
    const known = this.entries.get(held);
    if (known) {
      known.count++;
      known.kept++;
      this.#order.push(known);
      return;
    }
    const number = isItself(held) && held >= 0 ? held : -1;
    const entry = { number, from, count: 1, kept: 1, first: this.end };
    this.made++;
    this.entries.set(held, entry);
    this.#order.push(entry);
  }

  /** Lets go of the older half of its rows, and of the values that only they held. */
  forgetHalf(): void {
    const forgotten = this.#order.splice(0, Math.ceil(this.#order.length / 2));
    this.begin += forgotten.length;
    this.#settled = Math.max(0, this.#settled - forgotten.length);
    for (const entry of forgotten) entry.kept--;
    this.entries.keep(({ kept }) => kept > 0);
  }

  find(value: string): Entry | undefined {
    return this.entries.get(heldValue(value));
  }

  /** Its statements have been counted: they are let go of, and only where they stand is kept. */
  settle(): void {
    for (; this.#settled < this.#order.length; this.#settled++) {
      const entry = this.#order[this.#settled]!;
      if ('observed' in entry.from && entry.from.node !== null) entry.from = entry.from.node;
    }
  }

  beginStatement(): void {
    this.latest = this.end;
  }
}
