import type { Engine } from '../engines/engine.ts';
import type { ConformanceCase } from './case.ts';
import { batchCases } from './cases/batches.ts';
import { conditionCases } from './cases/conditions.ts';
import { pageCases } from './cases/pages.ts';
import { revisionCases } from './cases/revisions.ts';
import { valueCases } from './cases/values.ts';
import { Opened } from './opened.ts';
import { runConcurrent, runProgram } from './programs.ts';

/** Programs that run on one engine, emptied in between, where it can be emptied. */
const programs_per_engine_max = 10;

/** Programs that one case runs at most, so that a long run fails, ends and is counted in parts. */
const programs_per_case_max = 100;

/**
 * The contract as cases for any test runner:
 *
 *     for (const { name, run } of conformance()) test(name, () => run({ engine: async () => myEngine() }));
 *
 * `programs` (default 10) is how many random programs run on one writer, and how many on concurrent ones,
 * with the seeds from `firstSeed` (default 1) on.
 */
export function conformance(
  options: { readonly programs?: number; readonly firstSeed?: number } = {},
): ConformanceCase[] {
  const { programs = 10, firstSeed = 1 } = options;
  const cases = [...valueCases, ...revisionCases, ...batchCases, ...conditionCases, ...pageCases];
  for (let from = firstSeed; from < firstSeed + programs; from += programs_per_case_max) {
    const to = Math.min(from + programs_per_case_max, firstSeed + programs) - 1;
    cases.push(
      programCase(`random programs ${from} to ${to} do the same as on the model`, from, to, runProgram),
      programCase(
        `concurrent writers ${from} to ${to} leave the histories that were acknowledged`,
        from,
        to,
        runConcurrent,
      ),
    );
  }
  return cases;
}

function programCase(
  name: string,
  from: number,
  to: number,
  program: (engine: Engine, seed: number) => Promise<void>,
): ConformanceCase {
  return {
    name,
    async run(setup) {
      const step = setup.clear === undefined ? 1 : programs_per_engine_max;
      for (let first = from; first <= to; first += step) {
        const engine = await setup.engine();
        try {
          await program(engine, first);
          for (let seed = first + 1; seed <= Math.min(first + step - 1, to); seed++) {
            await setup.clear!(engine);
            await program(new Opened(engine), seed);
          }
        } finally {
          await engine.close();
        }
      }
    },
  };
}
