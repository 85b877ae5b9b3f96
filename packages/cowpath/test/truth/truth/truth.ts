/**
 * The truth of a run, told by the pages themselves: at each load a page says which origin or which
 * reference of which loaded objects it follows, and how many objects came back.
 */
import { context } from '@cowpath/profile';
import type { TruthRecord } from './format.ts';

interface Counts {
  readonly place: readonly string[];
  queries: number;
  objects: number | null;
}

/** A step of a true trail: what a page holds for the objects it has loaded. */
export class TruthStep {
  readonly context: readonly string[];
  readonly origin: string;
  readonly chain: readonly string[];
  readonly children: Map<string, TruthStep> = new Map();
  readonly uses: Map<string, Counts> = new Map();

  constructor(path: readonly string[], origin: string, chain: readonly string[]) {
    this.context = path;
    this.origin = origin;
    this.chain = chain;
  }

  load(place: readonly string[], objects: number | null): this {
    const key = place.join(' > ');
    const use = this.uses.get(key) ?? { place, queries: 0, objects: 0 };
    use.queries++;
    use.objects = objects === null || use.objects === null ? null : use.objects + objects;
    this.uses.set(key, use);
    return this;
  }

  /** A reference that leads back to its own step stays there: a tree is one step, however deep. */
  follow(reference: string): TruthStep {
    if (this.chain.at(-1) === reference) return this;
    let child = this.children.get(reference);
    if (!child) {
      child = new TruthStep(this.context, this.origin, [...this.chain, reference]);
      this.children.set(reference, child);
    }
    return child;
  }
}

/** One context's side of the truth: pages tell it every statement that loads or creates objects. */
export class TruthContext {
  readonly path: readonly string[];
  readonly #truth: Truth;

  constructor(truth: Truth, path: readonly string[]) {
    this.#truth = truth;
    this.path = path;
  }

  /** A free query. `by`: the columns that select; null leaves them open. */
  query(entity: string, by: readonly string[] | null, objects: number): TruthStep {
    const selected = by === null ? '*' : [...by].sort().join();
    return this.#origin(`query ${entity}(${selected})`, objects);
  }

  /** `objects` null: nothing comes back from this insert, what counts as its objects is left open. */
  created(entity: string, objects: number | null): TruthStep {
    return this.#origin(`created ${entity}`, objects);
  }

  /** An update or delete whose rows come back. */
  write(verb: 'update' | 'delete', entity: string, by: readonly string[], objects: number): TruthStep {
    return this.#origin(`${verb} ${entity}(${[...by].sort().join()})`, objects);
  }

  /** One query that follows `reference` (`a.b -> c.d`, `a.id -> link.a_id -> c`) from objects of `from`. */
  follow(from: TruthStep, reference: string, objects: number): TruthStep {
    return from.follow(reference).load(this.path, objects);
  }

  /** A context nested in this one. */
  nested<T>(name: string, fn: (inner: TruthContext) => Promise<T>): Promise<T> {
    return context(name, () => fn(new TruthContext(this.#truth, [...this.path, name])));
  }

  #origin(origin: string, objects: number | null): TruthStep {
    return this.#truth.origin(this.path, origin).load(this.path, objects);
  }
}

export class Truth {
  readonly #origins = new Map<string, TruthStep>();

  context(path: readonly string[]): TruthContext {
    return new TruthContext(this, path);
  }

  origin(path: readonly string[], origin: string): TruthStep {
    const key = [...path, origin].join('\n');
    let step = this.#origins.get(key);
    if (!step) {
      step = new TruthStep(path, origin, []);
      this.#origins.set(key, step);
    }
    return step;
  }

  records(): TruthRecord[] {
    const records: TruthRecord[] = [];
    const add = (step: TruthStep): void => {
      const { context: path, origin, chain } = step;
      records.push({ context: path, origin, chain, uses: [...step.uses.values()] });
      for (const child of step.children.values()) add(child);
    };
    for (const step of this.#origins.values()) add(step);
    return records;
  }
}
