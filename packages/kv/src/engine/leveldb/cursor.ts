import type { ClassicLevel } from 'classic-level';
import type { Entry, EntryCursor } from '../engine.ts';

type Iterator = ReturnType<ClassicLevel<Uint8Array, Uint8Array>['iterator']>;

/** A walk over LevelDB's iterator, which holds an implicit snapshot from its creation until it is closed. */
export class LevelDbCursor implements EntryCursor {
  readonly #iterator: Iterator;
  readonly #translate: (error: unknown) => Error;
  readonly #closed: () => void;
  #ended = false;
  #closing: Promise<void> | undefined;
  #reading: Promise<unknown> | undefined;

  constructor(iterator: Iterator, translate: (error: unknown) => Error, closed: () => void) {
    this.#iterator = iterator;
    this.#translate = translate;
    this.#closed = closed;
  }

  async next(entries_max: number): Promise<readonly Entry[]> {
    if (this.#ended || this.#closing !== undefined) return [];
    const reading = this.#iterator.nextv(entries_max);
    this.#reading = reading;
    try {
      const entries = (await reading) as Entry[];
      this.#ended = entries.length === 0;
      return entries;
    } catch (error) {
      throw this.#translate(error);
    } finally {
      this.#reading = undefined;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#reading?.catch(() => undefined);
    await this.#iterator.close();
    this.#closed();
  }
}
