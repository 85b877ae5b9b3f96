import fc from 'fast-check';
import { expect, it } from 'vitest';
import { heldValue } from '../../src/trails/held-value.ts';
import { NumberMap } from '../../src/trails/number-map.ts';

const held = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer(),
  fc.uuid().map(heldValue),
  // Those that differ in their higher bits only.
  fc.integer({ min: 1, max: 2000 }).map((high) => -high * 2 ** 32),
);
interface Put {
  readonly number: number;
  readonly value: { readonly wanted: boolean };
}
const put: fc.Arbitrary<Put> = fc.record({ number: held, value: fc.record({ wanted: fc.boolean() }) });

it('holds what a Map holds, and keeps what is wanted', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof({ weight: 20, arbitrary: put }, { weight: 1, arbitrary: fc.constant('keep' as const) }),
        {
          maxLength: 300,
        },
      ),
      fc.array(held),
      (steps, others) => {
        const ours = new NumberMap<Put['value']>();
        const theirs = new Map<number, Put['value']>();
        for (const step of steps) {
          if (step === 'keep') {
            ours.keep(({ wanted }) => wanted);
            for (const [number, { wanted }] of theirs) if (!wanted) theirs.delete(number);
          } else {
            ours.set(step.number, step.value);
            theirs.set(step.number, step.value);
            expect(ours.get(step.number)).toBe(step.value);
          }
          expect(ours.size).toBe(theirs.size);
        }
        const asked = steps.flatMap((step) => (step === 'keep' ? [] : [step.number]));
        for (const number of [...asked, ...others]) expect(ours.get(number)).toBe(theirs.get(number));
      },
    ),
  );
});
