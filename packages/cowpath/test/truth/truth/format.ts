/** A step of a true trail, as the program writes it at its end. */
export interface TruthRecord {
  /** The path of the context in which the origin was loaded. */
  readonly context: readonly string[];
  /** `query person(city_id)`, `query article(*)` (its columns left open), `created invoice`. */
  readonly origin: string;
  /** The references followed from it; empty for the origin itself. */
  readonly chain: readonly string[];
  readonly uses: readonly TruthUse[];
}

export interface TruthUse {
  readonly place: readonly string[];
  readonly queries: number;
  /** Null: left open. */
  readonly objects: number | null;
}

/** What a program leaves behind. */
export interface TruthFile {
  readonly pages: readonly TruthPage[];
  readonly records: readonly TruthRecord[];
}

export interface TruthPage {
  /** The name of its root context. */
  readonly root: string;
  /** What the page is there to show. */
  readonly shows: string;
  readonly requests: number;
}
