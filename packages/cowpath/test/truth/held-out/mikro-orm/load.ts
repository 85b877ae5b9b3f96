import type { TruthContext, TruthStep } from '../../truth/truth.ts';

interface Loadable<T> {
  isInitialized(): boolean;
  loadOrFail(): Promise<unknown>;
  unwrap(): T;
}

/** Loads a reference and tells it. What the identity map holds already is given at once: that is no load. */
export async function load<T>(
  truth: TruthContext,
  from: TruthStep,
  reference: string,
  ref: Loadable<T>,
): Promise<{ one: T; step: TruthStep }> {
  const held = ref.isInitialized();
  await ref.loadOrFail();
  const one = ref.unwrap();
  return { one, step: held ? from.follow(reference) : truth.follow(from, reference, 1) };
}
