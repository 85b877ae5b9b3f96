import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';

/** The program's own async context: the operation under way. */
export const PLACE: AsyncLocalStorage<string> = new AsyncLocalStorage();

/**
 * Everything that a program can see of its driver, line by line. What must differ between two databases or
 * two runs (table numbers, process ids) is replaced by the order in which it first appeared.
 */
export class Log {
  readonly lines: string[] = [];
  readonly #tables = new Map<number, number>();
  readonly #moments: boolean;
  readonly #watched: object[] = [];

  /** `moments` false: for what runs side by side, where the order of microtasks is the network's. */
  constructor(moments = true) {
    this.#moments = moments;
  }

  note(line: string): void {
    this.lines.push(line);
  }

  /** Has the query object's own keys noted when the operation is over: nobody but the driver may add to it. */
  watch(queryObject: object): void {
    this.#watched.push(queryObject);
  }

  noteWatched(): void {
    for (const one of this.#watched.splice(0)) this.note(`query object has ${Object.keys(one)}`);
  }

  /** Notes what happened, in which async context, and when the microtasks and ticks queued at that moment run. */
  moment(line: string): void {
    this.note(line);
    if (!this.#moments) return;
    this.note(`  in ${PLACE.getStore()}`);
    queueMicrotask(() => this.note(`  microtask after ${line.slice(0, 40)}`));
    process.nextTick(() => this.note(`  tick after ${line.slice(0, 40)}`));
  }

  value(value: unknown): string {
    return inspect(this.#plain(value), {
      depth: 12,
      maxArrayLength: 300,
      maxStringLength: 500,
      breakLength: Infinity,
      compact: true,
      showHidden: false,
    });
  }

  error(error: unknown): string {
    if (!(error instanceof Error)) return `not an Error: ${this.value(error)}`;
    const own: Record<string, unknown> = {};
    for (const key of Object.getOwnPropertyNames(error)) {
      // Where it was thrown is not the same with a recorder in between; that there is a stack is.
      if (key === 'stack') own[key] = typeof error.stack;
      // The protocol's own length of the message depends on the user and database's names.
      else if (key !== 'length' && key !== 'client')
        own[key] = (error as unknown as Record<string, unknown>)[key];
    }
    return `${error.constructor.name} ${this.value(own)}`;
  }

  #plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#plain(one));
    if (typeof value !== 'object' || value === null) return value;
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null && !isResult(value)) return value;
    const plain: Record<string, unknown> = Object.create(prototype);
    for (const [key, one] of Object.entries(value)) {
      if (key === 'tableID' && typeof one === 'number' && one !== 0) plain[key] = this.#table(one);
      else if (key === '_types') plain[key] = typeof one;
      else plain[key] = this.#plain(one);
    }
    return plain;
  }

  #table(id: number): string {
    if (!this.#tables.has(id)) this.#tables.set(id, this.#tables.size + 1);
    return `table ${this.#tables.get(id)}`;
  }
}

function isResult(value: object): boolean {
  return ['Result', 'Field'].includes(value.constructor?.name);
}
