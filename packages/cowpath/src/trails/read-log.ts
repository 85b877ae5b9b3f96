import { type HeldValue, heldValue } from './held-value.ts';
import { NumberSet } from './number-set.ts';

const NULL = '\u0000';

/** The different reads of one group: a text without parameters, or a text and those that it was sent with. */
export class ReadLog {
  readonly #texts = new NumberSet();
  readonly #parameters = new Map<string, NumberSet>();

  /** Whether this read was made before. */
  has(text: string, parameters: readonly (string | null)[]): boolean {
    if (parameters.length === 0) return this.#texts.has(heldValue(text));
    return this.#parameters.get(text)?.has(keyOf(parameters)) ?? false;
  }

  add(text: string, parameters: readonly (string | null)[]): void {
    if (parameters.length === 0) {
      this.#texts.add(heldValue(text));
      return;
    }
    let known = this.#parameters.get(text);
    if (!known) {
      known = new NumberSet();
      this.#parameters.set(text, known);
    }
    known.add(keyOf(parameters));
  }
}

function keyOf(parameters: readonly (string | null)[]): HeldValue {
  if (parameters.length === 1) return heldValue(parameters[0] ?? NULL);
  return heldValue(parameters.map((value) => (value === null ? NULL : `${value.length}:${value}`)).join());
}
