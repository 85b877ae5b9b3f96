import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { conformance } from '../../src/conformance/index.ts';
import type { SqlEngine } from '../../src/engines/sql/engine.ts';
import { type Program, run as statement } from '../../src/engines/sql/fragment.ts';
import { dataTable } from '../../src/engines/sql/tables.ts';
import { soak } from './directory.ts';

/**
 * A file with one line for every part that has passed: those are skipped, so that a long run which was ended
 * goes on where it was. Delete it after a change of the store.
 */
const ledger = process.env.COWPATH_SOAK_LEDGER;

/**
 * The contract on one engine and layout. `programs` random ones of each kind run in the soak, the first tenth
 * of them otherwise.
 */
export function describeConformance(
  title: string,
  programs: number,
  firstSeed: number,
  engine: () => Promise<SqlEngine>,
): void {
  const passed = new Set(
    ledger !== undefined && existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n') : [],
  );
  describe(title, () => {
    for (const { name, run } of conformance({ programs: soak ? programs : programs / 10, firstSeed })) {
      const entry = `${title}: ${name}`;
      test.skipIf(passed.has(entry))(
        name,
        async () => {
          await run({ engine, clear });
          if (ledger !== undefined) appendFileSync(ledger, `${entry}\n`);
        },
        soak ? 7_200_000 : 240_000,
      );
    }
  });
}

/** Empties every table but those that say what the store is: its state, and the numbers of property names. */
async function clear(engine: SqlEngine): Promise<void> {
  const { core } = engine;
  const { thing, version, changed } = core.system;
  const { data } = core.state.current;
  const tables = [thing, version, changed, ...core.contents.tables];
  if (data !== null) tables.push(dataTable(core.dialect, data));
  await engine.transact(function* (): Program<void> {
    for (const { name } of tables) yield* statement(`delete from ${name}`);
  }, true);
}
