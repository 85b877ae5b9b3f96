import type { Key } from '../catalog/catalog.ts';
import type { Execution, Group } from './group.ts';
import { type HeldValue, heldValue } from './held-value.ts';
import type { LoadNode } from './load-node.ts';

/** One value (or tuple) that came in a source's columns. */
export interface Entry {
  readonly value: HeldValue;
  /** The statement whose rows first brought it; once that is counted, its place in the trail. */
  from: Execution | LoadNode;
  /** Rows that held it. */
  count: number;
  /** Its first row's place in the source's order. */
  readonly first: number;
}

/** The values that one group of statements has brought in one key's columns: what can be followed from. */
export class Source {
  readonly group: Group;
  readonly key: Key;
  readonly entries: Map<HeldValue, Entry> = new Map();
  /** Every row's entry, in the order in which rows came. */
  readonly order: Entry[] = [];
  /** Whether its values were given by the program with what it created, and not read. */
  supplied = false;
  /** Where the rows of the latest statement begin. */
  latest = 0;
  readonly #max: number;
  /** Rows whose entries have their places. */
  #settled = 0;

  constructor(group: Group, key: Key, values_max: number) {
    this.group = group;
    this.key = key;
    this.#max = values_max;
  }

  /** Adds a row's value; returns whether it was new. Beyond the cap it is let go. */
  add(value: string, from: Execution): boolean {
    if (this.order.length >= this.#max) return false;
    const held = heldValue(value);
    const known = this.entries.get(held);
    if (known) {
      known.count++;
      this.order.push(known);
      return false;
    }
    const entry = { value: held, from, count: 1, first: this.order.length };
    this.entries.set(held, entry);
    this.order.push(entry);
    return true;
  }

  find(value: string): Entry | undefined {
    return this.entries.get(heldValue(value));
  }

  /** Its statements have been counted: they are let go of, and only where they stand is kept. */
  settle(): void {
    for (; this.#settled < this.order.length; this.#settled++) {
      const entry = this.order[this.#settled]!;
      if ('observed' in entry.from && entry.from.node !== null) entry.from = entry.from.node;
    }
  }

  beginStatement(): void {
    this.latest = this.order.length;
  }
}
