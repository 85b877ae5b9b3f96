import fc from 'fast-check';
import { expect, it } from 'vitest';
import { heldValue } from '../../src/trails/held-value.ts';
import { NumberSet } from '../../src/trails/number-set.ts';

const held = fc.oneof(
  fc.integer(),
  fc.integer({ min: 0, max: 40 }),
  fc.string({ maxLength: 3 }).map(heldValue),
  fc.uuid().map(heldValue),
  // Those that differ in their higher bits only.
  fc.integer({ min: 1, max: 2000 }).map((high) => -high * 2 ** 32),
);

it('holds what a Set holds', () => {
  fc.assert(
    fc.property(fc.array(held, { maxLength: 300 }), fc.array(held), (added, others) => {
      const ours = new NumberSet();
      const theirs = new Set<number>();
      for (const number of added) {
        expect(ours.has(number)).toBe(theirs.has(number));
        ours.add(number);
        theirs.add(number);
        expect(ours.size).toBe(theirs.size);
      }
      for (const number of [...added, ...others]) expect(ours.has(number)).toBe(theirs.has(number));
    }),
  );
});
