/**
 * A map of bounded size that drops what has not been read for long. New and used entries are in the young
 * generation; when that is full it becomes the old one, and the former old one is dropped. So a hit on a young
 * entry, the common case, changes nothing: unlike in a map in order of use, it costs one lookup.
 */
export class GenerationMap<K, V> {
  private readonly entriesMax: number;
  private readonly weightMax: number;
  private young = new Map<K, { readonly value: V; readonly weight: number }>();
  private old = this.young;
  private weight = 0;

  /** Holds between a half and the whole of `entriesMax` entries, of at most `weightMax` in all, once it is full. */
  constructor(entriesMax: number, weightMax: number) {
    this.entriesMax = Math.max(1, entriesMax >> 1);
    this.weightMax = weightMax / 2;
  }

  get(key: K): V | undefined {
    const young = this.young.get(key);
    if (young) return young.value;
    const old = this.old.get(key);
    if (!old) return undefined;
    this.set(key, old.value, old.weight);
    return old.value;
  }

  set(key: K, value: V, weight: number): void {
    if (this.young.size >= this.entriesMax || this.weight + weight > this.weightMax) {
      this.old = this.young;
      this.young = new Map();
      this.weight = 0;
    }
    this.young.set(key, { value, weight });
    this.weight += weight;
  }
}
