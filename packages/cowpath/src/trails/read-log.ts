import { type HeldValue, heldValue } from './held-value.ts';

const NULL = '\u0000';

/** The different reads of one group: a text once, and beside it the parameters that it was sent with. */
export class ReadLog {
  readonly #texts = new Set<string>();
  readonly #parameters = new Map<string, Set<HeldValue>>();

  /** Whether this read was made before. */
  has(text: string, parameters: readonly (string | null)[]): boolean {
    if (parameters.length === 0) return this.#texts.has(text);
    return this.#parameters.get(text)?.has(keyOf(parameters)) ?? false;
  }

  add(text: string, parameters: readonly (string | null)[]): void {
    if (parameters.length === 0) {
      this.#texts.add(text);
      return;
    }
    const known = this.#parameters.get(text);
    if (known) known.add(keyOf(parameters));
    else this.#parameters.set(text, new Set([keyOf(parameters)]));
  }
}

function keyOf(parameters: readonly (string | null)[]): HeldValue {
  if (parameters.length === 1) return parameters[0] === null ? NULL : heldValue(parameters[0]!);
  return parameters.map((value) => (value === null ? NULL : `${value.length}:${value}`)).join();
}
