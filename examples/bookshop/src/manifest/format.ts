/**
 * The shape of manifest.json: what the demo's traffic does to the bookshop's data, page by page.
 *
 * It is computed from the rows and the requests by SQL of its own (compute.ts), never by watching the
 * app, so that it can be held against what a recorder saw. Words and keys are those of Cowpath's profiles.
 *
 * All counts are totals over the whole traffic. Entities are tables of the schema "bookshop".
 */

export interface Manifest {
  version: 1;
  /** The seed of the rows. */
  seed: number;
  /** SHA-256 of the rows, as `hashBookshop` gives it. */
  dataSha256: string;
  /** How many requests the traffic has. */
  requests: number;
  /** In the order of REQUESTS_BY_ROUTE; an inner context stands after the one around it. */
  contexts: ContextTruth[];
}

export interface ContextTruth {
  /** Names from the root inward. */
  path: string[];
  /** How often it ran. */
  runs: number;
  /** The trails whose origins are loaded in this context, in the order in which a run starts them. */
  trails: OriginTruth[];
  /** Statements that load nothing; transaction control (begin, commit) is not counted. */
  writes: WriteTruth[];
}

export interface StepCounts {
  /** Statements issued. */
  queries: number;
  /** Rows that came back. An object read twice counts twice: the app has no cache. */
  objects: number;
  /** Statements issued before in the same root context with the same values. */
  repeats: number;
  /** Whether one batch would be worth it. True for 25 queries a run or more, false for at most 2; the traffic has nothing between. */
  worn: boolean;
  /** What is followed from these objects. */
  follows: FollowTruth[];
}

export interface OriginTruth extends StepCounts {
  origin:
    | {
        kind: 'query';
        entity: string;
        /** Columns that its conditions speak of, joins aside. */
        by: string[];
        /** Columns that it is ordered by; aggregates are left out. */
        order: string[];
        /** Tables joined to the entity, if any; their rows are not counted apart. */
        joined?: string[];
      }
    /** Inserted with `returning`. */
    | { kind: 'created'; entity: string };
}

export interface FollowTruth extends StepCounts {
  reference: {
    from: string;
    fromColumns: string[];
    to: string;
    /** Columns of `to`, or of `via` if there is one, that are compared with fromColumns. */
    toColumns: string[];
    /** The link table of a many-to-many reference, else null. */
    via: string | null;
    kind: 'one' | 'many' | 'through';
  };
  /** Rows are kept to so many for each parent. */
  limitPerParent?: number;
  /** The one row for each query is an aggregate over the referenced rows. */
  aggregate?: true;
  /** All parents' keys go out in one statement. */
  inList?: true;
  /**
   * The reference is followed again from what it led to. The counts of the step are then the sums over
   * these, one for each time it was followed in a chain, from the first.
   */
  levels?: { queries: number; objects: number }[];
}

export interface WriteTruth {
  verb: 'insert' | 'delete';
  entity: string;
  /** Columns that its conditions speak of. */
  by: string[];
  queries: number;
}
