import { type Method, type Placed, place, plainMethod, type Replaced, wrap } from './wrap.ts';

/** A program that makes a class for every statement gets replacements that stay. */
const PLACES_MAX = 100;

/**
 * Replacements of methods that stand in their places only while something is under way that they are needed
 * for; the rest of the time the program's own methods do. For methods that are called far more often than
 * anybody listens: those that a driver's messages go through.
 *
 * Putting a method in its place is an assignment to a property that is there already, which leaves the
 * prototype's hidden class, and so the code compiled for it, as it is.
 */
export class OnDemand {
  readonly #places: Place[] = [];
  #needs = 0;

  /** Adds a method, which is replaced as by `wrap`: the arguments are the same. */
  add<Owner>(
    prototype: object,
    name: string,
    owner: Owner,
    make: (replaced: Replaced<Owner>) => Method,
  ): void {
    if (this.#places.length >= PLACES_MAX) {
      wrap(prototype, name, owner, make);
      return;
    }
    const added = new Place(prototype, name, () => place(prototype, name, owner, make));
    this.#places.push(added);
    if (this.#needs > 0) added.take();
  }

  /** Something begins that needs them. */
  need(): void {
    if (this.#needs++ === 0) for (const one of this.#places) one.take();
  }

  /** It has ended. */
  release(): void {
    if (--this.#needs === 0) for (const one of this.#places) one.leave();
  }

  /** Nothing will ever need them again. */
  stop(): void {
    for (const one of this.#places.splice(0)) one.leave();
  }
}

/** One method of one prototype. */
class Place {
  readonly #prototype: object;
  readonly #name: string;
  readonly #put: () => Placed | 'served' | null;
  #placed: Placed | null = null;
  /** Not to be touched any more: there is nothing to replace, or ours is where it cannot be taken out. */
  #settled = false;

  constructor(prototype: object, name: string, put: () => Placed | 'served' | null) {
    this.#prototype = prototype;
    this.#name = name;
    this.#put = put;
  }

  take(): void {
    if (this.#settled) return;
    const found = plainMethod(this.#prototype, this.#name);
    if (this.#placed !== null && found === this.#placed.replaced.original) {
      this.#set(this.#placed.replacement);
      return;
    }
    // The first time; or another tool has replaced what stood here while ours did not, and goes under ours.
    const placed = this.#put();
    if (placed === null || placed === 'served') this.#settled = true;
    else this.#placed = placed;
  }

  leave(): void {
    if (this.#settled || this.#placed === null) return;
    const { replacement, replaced } = this.#placed;
    // Another tool that has replaced ours meanwhile calls it: it stays.
    if (plainMethod(this.#prototype, this.#name) === replacement) this.#set(replaced.original);
    else this.#settled = true;
  }

  #set(method: Method): void {
    if (!Reflect.set(this.#prototype, this.#name, method)) this.#settled = true;
  }
}
