import type { FollowTruth, OriginTruth, StepCounts } from './format.ts';

const WORN_QUERIES_PER_RUN_MIN = 25;
const SOUND_QUERIES_PER_RUN_MAX = 2;

/** Counts as SQL gives them. */
export interface Counts {
  queries: number;
  objects: number;
  /** 0 if left out. */
  repeats?: number;
}

export type StepDetails = Pick<FollowTruth, 'limitPerParent' | 'aggregate' | 'inList' | 'levels'>;

/** Builds the steps of one context, whose number of runs decides what is worn. */
export class StepBuilder {
  readonly #runs: number;

  constructor(runs: number) {
    this.#runs = runs;
  }

  origin(origin: OriginTruth['origin'], counts: Counts, follows: FollowTruth[] = []): OriginTruth {
    return { origin, ...this.#counts(counts, follows) };
  }

  /** `from` and `to` are `table.column`; a link table is given as `from -> via.column -> to`. */
  follow(path: string, counts: Counts, details: StepDetails = {}, follows: FollowTruth[] = []): FollowTruth {
    return { reference: parseReference(path), ...details, ...this.#counts(counts, follows) };
  }

  #counts({ queries, objects, repeats = 0 }: Counts, follows: FollowTruth[]): StepCounts {
    const queriesPerRun = queries / this.#runs;
    const worn = queriesPerRun >= WORN_QUERIES_PER_RUN_MIN;
    if (!worn && queriesPerRun > SOUND_QUERIES_PER_RUN_MAX) {
      throw new Error(
        `A step has ${queriesPerRun.toFixed(1)} queries a run; expected at most ${SOUND_QUERIES_PER_RUN_MAX}, ` +
          `or at least ${WORN_QUERIES_PER_RUN_MIN}, so that whether it is worn depends on no clock.`,
      );
    }
    return { queries, objects, repeats, worn, follows };
  }
}

function parseReference(path: string): FollowTruth['reference'] {
  const parts = path.split(' -> ').map((part) => part.split('.'));
  const [[from, fromColumn], [second, secondColumn], third] = parts as [string[], string[], string[]?];
  const fromColumns = [fromColumn!];
  const toColumns = [secondColumn!];
  if (third) return { from: from!, fromColumns, to: third[0]!, toColumns, via: second!, kind: 'through' };
  const kind = secondColumn === 'id' ? 'one' : 'many';
  return { from: from!, fromColumns, to: second!, toColumns, via: null, kind };
}
