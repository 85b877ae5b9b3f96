import { describe, expect, test } from 'vitest';
import { share, soak } from '../support/places.ts';
import { type Outcome, run } from './campaign.ts';
import { compileLibrary } from './power-failure.ts';

const compiled = compileLibrary();
const library = 'library' in compiled ? compiled.library : '';
if ('missing' in compiled) console.warn(`durability tests skipped: ${compiled.missing}`);

const seed = Number(process.env.COWPATH_SEED ?? 1);
/** Small, so that a run of a second goes through many logs, tables and compactions. */
const small = { write_buffer_bytes: 128 * 1024 };

function report(what: string, { runs, acknowledged, lost, dropped_bytes, violations }: Outcome): void {
  console.log(
    `${what}: ${runs} runs, ${acknowledged} writes acknowledged, ${dropped_bytes} unsynced bytes dropped, ` +
      `${lost} writes lost, ${violations.length} of them against the guarantee`,
  );
}

describe.skipIf(library === '')('power failure', () => {
  const minutes = soak ? 1_800_000 : 300_000;

  test('with sync no acknowledged write is lost', { timeout: minutes }, async () => {
    const outcome = await run({
      library,
      seed,
      runs: share(200),
      options: { ...small, sync: true },
      window_ms: 0,
      load_ms: 600,
      power: true,
    });
    report('with sync', outcome);
    expect(outcome.violations).toEqual([]);
    expect(outcome.lost).toBe(0);
    expect(outcome.acknowledged).toBeGreaterThan(outcome.runs);
  });

  test('without sync at most the stated window is lost', { timeout: minutes }, async () => {
    const loss_window_ms = 200;
    const outcome = await run({
      library,
      seed,
      runs: share(50),
      options: { ...small, loss_window_ms },
      // The window, and what a busy machine may take between the clocks of two processes.
      window_ms: loss_window_ms + 1_000,
      load_ms: 3_000,
      power: true,
    });
    report('window of 200 ms', outcome);
    expect(outcome.violations).toEqual([]);
  });

  test('the harness sees loss where nothing is synced in time', { timeout: minutes }, async () => {
    const outcome = await run({
      library,
      seed,
      runs: 5,
      options: { write_buffer_bytes: 64 * 1024 * 1024, loss_window_ms: 3_600_000 },
      window_ms: 0,
      load_ms: 600,
      power: true,
    });
    report('never synced', outcome);
    expect(outcome.lost).toBeGreaterThan(0);
    expect(outcome.violations).not.toEqual([]);
    expect(outcome.dropped_bytes).toBeGreaterThan(0);
  });

  test('the harness sees writes older than a window, too', { timeout: minutes }, async () => {
    const outcome = await run({
      library,
      seed,
      // Of what was not synced some may reach the disk by chance, in one run all.
      runs: 5,
      options: { write_buffer_bytes: 512 * 1024 * 1024, loss_window_ms: 3_600_000 },
      window_ms: 1_200,
      load_ms: 4_000,
      power: true,
    });
    report('never synced, against a window', outcome);
    expect(outcome.violations).not.toEqual([]);
  });

  test('without sync the death of the process alone loses nothing', { timeout: minutes }, async () => {
    const outcome = await run({
      library,
      seed,
      runs: share(50),
      options: { ...small, loss_window_ms: 3_600_000 },
      window_ms: 0,
      load_ms: 500,
      power: false,
    });
    expect(outcome.lost).toBe(0);
    expect(outcome.violations).toEqual([]);
  });
});
