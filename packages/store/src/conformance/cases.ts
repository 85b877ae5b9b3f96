import type { ConformanceCase } from './case.ts';
import { batchCases } from './cases/batches.ts';
import { conditionCases } from './cases/conditions.ts';
import { pageCases } from './cases/pages.ts';
import { revisionCases } from './cases/revisions.ts';
import { valueCases } from './cases/values.ts';
import { runConcurrent, runProgram } from './programs.ts';

/**
 * The contract as cases for any test runner:
 *
 *     for (const { name, run } of conformance()) test(name, () => run({ engine: async () => myEngine() }));
 */
export function conformance(
  options: { readonly programs?: number; readonly firstSeed?: number } = {},
): ConformanceCase[] {
  const { programs = 10, firstSeed = 1 } = options;
  return [
    ...valueCases,
    ...revisionCases,
    ...batchCases,
    ...conditionCases,
    ...pageCases,
    {
      name: `${programs} random programs do the same as on the model`,
      async run(setup) {
        for (let seed = firstSeed; seed < firstSeed + programs; seed++) {
          const engine = await setup.engine();
          try {
            await runProgram(engine, seed);
          } finally {
            await engine.close();
          }
        }
      },
    },
    {
      name: `${programs} programs of concurrent writers leave the histories that were acknowledged`,
      async run(setup) {
        for (let seed = firstSeed; seed < firstSeed + programs; seed++) {
          const engine = await setup.engine();
          try {
            await runConcurrent(engine, seed);
          } finally {
            await engine.close();
          }
        }
      },
    },
  ];
}
