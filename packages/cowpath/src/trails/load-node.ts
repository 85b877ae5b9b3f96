import type { Origin, ProfileBuilder, Reference, Step } from '@cowpath/profile';

/**
 * A statement's place in a trail: it started one, or it followed a reference from the objects of another.
 * Statements of one place share it.
 * Its step is looked up again when the profile has moved on to a new segment.
 */
export class LoadNode {
  readonly parent: LoadNode | null;
  /** How the trail starts; of an inferred follow, what it is as long as it is not confirmed. */
  readonly origin: Origin | null;
  readonly reference: Reference | null;
  /** Path of the context in which the trail's origin was loaded. */
  readonly path: readonly string[];
  /** How often the reference has led back to its own step: 1 the first time. */
  readonly depth: number;
  #step: Step | null = null;
  #builder: ProfileBuilder | null = null;
  /** Its follows, the latest of each reference. */
  #follows: Map<Reference, LoadNode> | null = null;

  private constructor(
    parent: LoadNode | null,
    origin: Origin | null,
    reference: Reference | null,
    path: readonly string[],
    depth: number,
  ) {
    this.parent = parent;
    this.origin = origin;
    this.reference = reference;
    this.path = path;
    this.depth = depth;
  }

  static origin(origin: Origin, path: readonly string[]): LoadNode {
    return new LoadNode(null, origin, null, path, 1);
  }

  /** A follow of a reference that `parent` itself is a follow of stays in its step, one level deeper. */
  static follow(parent: LoadNode, reference: Reference, otherwise: Origin | null): LoadNode {
    const known = parent.#follows?.get(reference);
    if (known?.origin === otherwise) return known!;
    const node =
      parent.reference === reference
        ? new LoadNode(parent.parent, otherwise, reference, parent.path, parent.depth + 1)
        : new LoadNode(parent, otherwise, reference, parent.path, 1);
    parent.#follows ??= new Map();
    parent.#follows.set(reference, node);
    return node;
  }

  step(builder: ProfileBuilder): Step {
    if (this.#step !== null && this.#builder === builder) return this.#step;
    const context = builder.context(this.path);
    const step =
      this.parent === null
        ? builder.origin(context, this.origin!)
        : builder.follow(context, this.parent.step(builder), this.reference!);
    step.depth = Math.max(step.depth, this.depth);
    if (this.parent !== null) step.otherwise ??= this.origin;
    this.#step = step;
    this.#builder = builder;
    return step;
  }

  /** Lets go of its step, and of those of all that followed from it. */
  letGoOfSteps(): void {
    const nodes: LoadNode[] = [this];
    // Not by recursion: a tree that was walked down is a long chain.
    for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
      node.#step = null;
      node.#builder = null;
      if (node.#follows !== null) nodes.push(...node.#follows.values());
    }
  }
}
