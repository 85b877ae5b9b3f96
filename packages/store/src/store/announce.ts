import {
  channels,
  currentContext,
  type EntityName,
  type Load,
  type Origin,
  runInLoad,
} from '@cowpath/profile';

/** Announces the store's loads on the shared channels. Callers check `listening` first: it is all that an idle channel costs. */
export class Announcer {
  readonly #database: string;

  constructor(database: string) {
    this.#database = database;
  }

  get listening(): boolean {
    return channels.load.hasSubscribers;
  }

  entity(type: string | undefined): EntityName {
    return { database: this.#database, schema: null, table: type ?? 'thing' };
  }

  /** An origin: things found by a free query, read by key, or created. */
  origin<T>(
    origin: Origin,
    type: string | undefined,
    work: () => Promise<T>,
    objectsOf: (result: T) => number,
  ): Promise<T> {
    const load: Load = {
      parent: null,
      origin,
      reference: null,
      entity: this.entity(type),
      context: currentContext() ?? null,
      slot: undefined,
    };
    return announced(load, work, objectsOf);
  }
}

async function announced<T>(
  load: Load,
  work: () => Promise<T>,
  objectsOf: (result: T) => number,
): Promise<T> {
  const start = process.hrtime.bigint();
  const publish = (objects: number, failed: boolean): void => {
    const time_ns = Number(process.hrtime.bigint() - start);
    channels.load.publish({ load, queries: 1, objects, keys: objects, time_ns, wait_ns: 0, failed });
  };
  let result: T;
  try {
    result = await runInLoad(load, work);
  } catch (error) {
    publish(0, true);
    throw error;
  }
  publish(objectsOf(result), false);
  return result;
}
