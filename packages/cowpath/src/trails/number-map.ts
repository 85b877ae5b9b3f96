import { freeSlots, isFull, moreThan, placeOf, SLOTS_MIN } from './number-set.ts';

/**
 * Values by whole numbers: to `Map` what `NumberSet` is to `Set`, in sixteen bytes for each, and at most as many free.
 */
export class NumberMap<Value extends object> {
  size = 0;
  #slots = freeSlots(SLOTS_MIN);
  /** Where the number's slot is; undefined where it is free. */
  #values: (Value | undefined)[] = free(SLOTS_MIN);

  get(number: number): Value | undefined {
    return this.#values[placeOf(number, this.#slots)];
  }

  set(number: number, value: Value): void {
    const place = placeOf(number, this.#slots);
    this.#values[place] = value;
    if (this.#slots[place] === number) return;
    this.#slots[place] = number;
    this.size++;
    if (isFull(this.size, this.#slots)) this.#remake(moreThan(this.#slots.length), () => true);
  }

  /** Lets go of all values but the wanted ones. */
  keep(wanted: (value: Value) => boolean): void {
    this.#remake(SLOTS_MIN, wanted);
  }

  #remake(count: number, wanted: (value: Value) => boolean): void {
    const slots = this.#slots;
    const values = this.#values;
    this.#slots = freeSlots(count);
    this.#values = free(count);
    this.size = 0;
    for (const [place, value] of values.entries()) {
      if (value !== undefined && wanted(value)) this.set(slots[place]!, value);
    }
  }
}

function free(count: number): undefined[] {
  return new Array<undefined>(count).fill(undefined);
}
