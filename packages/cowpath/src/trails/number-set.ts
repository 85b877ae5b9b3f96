/** Slots that a set begins with. */
export const SLOTS_MIN = 8;

/**
 * A set of whole numbers in eight bytes each, and at most as many free: in a `Set` those beyond 31 bits take five times that.
 * Open addressing with linear probing; nothing is ever taken out.
 */
export class NumberSet {
  size = 0;
  /** NaN is free. */
  #slots = freeSlots(SLOTS_MIN);

  has(number: number): boolean {
    return this.#slots[placeOf(number, this.#slots)] === number;
  }

  add(number: number): void {
    const place = placeOf(number, this.#slots);
    if (this.#slots[place] === number) return;
    this.#slots[place] = number;
    this.size++;
    if (isFull(this.size, this.#slots)) this.#grow();
  }

  #grow(): void {
    const before = this.#slots;
    const slots = freeSlots(moreThan(before.length));
    for (const number of before) if (!Number.isNaN(number)) slots[placeOf(number, slots)] = number;
    this.#slots = slots;
  }
}

/** So many slots, all free. */
export function freeSlots(count: number): Float64Array {
  return new Float64Array(count).fill(Number.NaN);
}

/** Three quarters of them are taken: beyond that the search for a free one grows long. */
export function isFull(taken: number, slots: Float64Array): boolean {
  return taken * 4 > slots.length * 3;
}

/** How many slots follow on so many: by halves, which leaves fewer free ones than doubling. */
export function moreThan(count: number): number {
  return count + (count >> 1);
}

/** Where the number is, or the free slot where it would be. */
export function placeOf(number: number, slots: Float64Array): number {
  // Neighbours stay apart, and so do numbers that differ in their higher bits only.
  const high = Math.floor(number / 2 ** 32);
  const mixed = Math.imul((number | 0) ^ Math.imul(high | 0, 0x85ebca6b), 0x9e3779b1);
  let place = Math.floor(((mixed >>> 0) * slots.length) / 2 ** 32);
  while (slots[place] !== number && !Number.isNaN(slots[place]))
    place = place + 1 < slots.length ? place + 1 : 0;
  return place;
}
