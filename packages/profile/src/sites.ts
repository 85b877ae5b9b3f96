import type { SiteFrame, SiteRecord } from './format.ts';
import { LIMITS } from './limits.ts';

/** Lines move with every release of a program: samples age so many times faster than counts. */
const AGES_FASTER = 14;

/**
 * The places in the program from which a step's queries were issued, while they are counted. Beyond
 * `sites_per_use_max` of them the one with the fewest samples makes room.
 */
export class Sites {
  readonly #bySite = new Map<string, { readonly frames: readonly SiteFrame[]; samples: number }>();

  get size(): number {
    return this.#bySite.size;
  }

  /** Counts samples. Frames from the innermost outward; none: unknown. */
  add(frames: readonly SiteFrame[], samples = 1): void {
    const key = siteKey(frames);
    const known = this.#bySite.get(key);
    if (known) {
      known.samples += samples;
      return;
    }
    if (this.#bySite.size >= LIMITS.sites_per_use_max) {
      const [least, { samples: fewest }] = [...this.#bySite].reduce((a, b) =>
        b[1].samples < a[1].samples ? b : a,
      );
      if (fewest > samples) return;
      this.#bySite.delete(least);
    }
    this.#bySite.set(key, { frames: frames.slice(0, LIMITS.frames_per_site_max), samples });
  }

  /** `weight`: what counts of the same age weigh, from 0 to 1. */
  merge(records: readonly SiteRecord[], weight: number): void {
    for (const { frames, samples } of records) this.add(frames, samples * weight ** AGES_FASTER);
  }

  /** Most sampled first. */
  toRecords(): SiteRecord[] {
    return [...this.#bySite]
      .sort(([a_key, a], [b_key, b]) => b.samples - a.samples || (a_key < b_key ? -1 : 1))
      .map(([, { frames, samples }]) => ({ frames, samples }));
  }
}

/** A key under which places are the same. */
function siteKey(frames: readonly SiteFrame[]): string {
  return frames.map((frame) => `${frameKey(frame)}\u0001${frame.function ?? ''}`).join('\u0002');
}

/** A key under which positions in the program are the same. */
export function frameKey({ file, line, column }: SiteFrame): string {
  return `${file}:${line}:${column}`;
}
