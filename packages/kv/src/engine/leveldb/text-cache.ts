/** What an entry takes beside its characters: two string headers and a place in the map. */
const ENTRY_OVERHEAD_BYTES = 128;

/**
 * Texts that were read lately, by key. A lookup in LevelDB's tables costs about 3 µs in a busy process, one here a
 * tenth of that.
 *
 * Never older than LevelDB: what a group is about to write is dropped before LevelDB gets it, and nothing is added
 * while a group is being written, because a text read meanwhile may be the one that is just being replaced.
 *
 * The oldest entry goes first, hit or not: keeping the order of hits would cost each of them more than it saves.
 */
export class TextCache {
  readonly #bytes_max: number;
  readonly #texts = new Map<string, string>();
  #bytes = 0;
  #writing = 0;

  constructor(bytes_max: number) {
    this.#bytes_max = bytes_max;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): string | undefined {
    return this.#texts.get(key);
  }

  add(key: string, text: string): void {
    const bytes = sizeOf(key, text);
    if (this.#writing > 0 || bytes > this.#bytes_max) return;
    this.#drop(key);
    this.#texts.set(key, text);
    this.#bytes += bytes;
    while (this.#bytes > this.#bytes_max) this.#drop(this.#texts.keys().next().value!);
  }

  /** To be called before LevelDB gets a group; `writeEnded` after, whether it succeeded or not. */
  writeBegins(operations: readonly { readonly key: Uint8Array }[]): void {
    this.#writing += 1;
    if (this.#texts.size === 0) return;
    for (const { key } of operations) {
      this.#drop(Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1'));
    }
  }

  writeEnded(): void {
    this.#writing -= 1;
  }

  #drop(key: string): void {
    const text = this.#texts.get(key);
    if (text === undefined) return;
    this.#texts.delete(key);
    this.#bytes -= sizeOf(key, text);
  }
}

/** Two bytes a character: what is not Latin-1 takes as many. */
function sizeOf(key: string, text: string): number {
  return 2 * (key.length + text.length) + ENTRY_OVERHEAD_BYTES;
}
