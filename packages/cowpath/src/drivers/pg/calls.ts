import type { Frame } from '@cowpath/profile';
import { privateSlot } from '../../hooks/private-slot.ts';
import type { Observed } from '../../recorder/observed.ts';
import type { PgQuery } from './types.ts';

/** Whose statement a query object is: observed, or only the frame of its caller when the run is not followed. */
export type Call = Observed | Frame;

const CALL = privateSlot<Call>();

/** Knows the driver's query objects. */
export class Calls {
  readonly #driverQueries = new WeakSet<object>();

  of(query: PgQuery): Call | undefined {
    return CALL.get(query);
  }

  set(query: PgQuery, call: Call): void {
    CALL.set(query, call);
  }

  addDriverQuery(prototype: object): void {
    this.#driverQueries.add(prototype);
  }

  /** Whether this is the driver's own kind of query, which calls nobody before it is ready. */
  isDriverQuery(query: PgQuery): boolean {
    return this.#driverQueries.has(Object.getPrototypeOf(query));
  }
}
