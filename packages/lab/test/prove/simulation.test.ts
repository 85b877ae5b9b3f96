import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/prove/analysis.ts';
import { MEASURES } from '../../src/prove/measure.ts';
import { Random } from '../../src/statistics/random.ts';
import { fileOf } from '../traffic/read.ts';
import { NoiseSource } from './draw.ts';
import { LAUNCHES_FILE, type RecordedLaunches, readLaunches, writeLaunches } from './recorded-launches.ts';
import {
  BUSY_NOISE_FILE,
  LAUNCH_SPREAD,
  NOISE_FILE,
  type RecordedNoise,
  readNoise,
  type SimulationSummary,
  simulateProofs,
} from './simulation.ts';

/** A share of the 10,000 here, all with COWPATH_SOAK. */
function simulate(
  noise: RecordedNoise | RecordedLaunches,
  share: number,
  { launches, time_s_max }: { readonly launches: number; readonly time_s_max: number },
): SimulationSummary {
  return simulateProofs({
    noise,
    proofs: Math.round(10_000 * (process.env.COWPATH_SOAK ? 1 : share)),
    seed: 1,
    launches,
    launch_spread: LAUNCH_SPREAD,
    time_s_min: 20,
    time_s_max,
    effect: 0.05,
  });
}

function expectRight(
  { equal, changed, false_proofs, proofs }: SimulationSummary,
  settled: readonly string[],
): void {
  expect(false_proofs / proofs).toBeLessThanOrEqual(0.01);
  for (const name of settled) {
    expect(equal[name]!['no difference']! / proofs, name).toBeGreaterThanOrEqual(0.8);
    expect(changed[name]!.found! / proofs, name).toBeGreaterThanOrEqual(0.9);
  }
  for (const name of [...MEASURES, 'overall'])
    expect((changed[name]!.wrong ?? 0) / proofs, name).toBeLessThanOrEqual(0.01);
}

describe('proofs simulated on recorded noise', () => {
  // p99's equality is a matter of how many requests there are.
  it.each([
    { machine: 'a quiet machine', file: NOISE_FILE, time_s_max: 180, share: 0.02 },
    { machine: 'a busy machine', file: BUSY_NOISE_FILE, time_s_max: 150, share: 0.04 },
  ])(
    'of one launch err in at most one of a hundred, find five percent, and recognise equality: $machine',
    {
      timeout: 1_800_000,
    },
    ({ file, time_s_max, share }) => {
      const summary = simulate(readNoise(file), share, { launches: 1, time_s_max });
      expectRight(summary, ['throughput', 'p50', 'p99', 'overall']);
    },
  );

  it('do so in twenty launches whose processes differ by a per cent', { timeout: 1_800_000 }, () => {
    const summary = simulate(readNoise(NOISE_FILE), 0.03, { launches: 20, time_s_max: 120 });
    expectRight(summary, ['throughput', 'p50', 'overall']);
  });

  it('do not err on recorded launches either, each process drawn for either side', {
    timeout: 1_800_000,
  }, () => {
    const { equal, changed, false_proofs, proofs } = simulate(readLaunches(LAUNCHES_FILE), 0.02, {
      launches: 20,
      time_s_max: 120,
    });
    // How often equality is reached depends on the machine that they were recorded on.
    expect(equal.throughput).toBeDefined();
    expect(false_proofs / proofs).toBeLessThanOrEqual(0.01);
    expect(changed.throughput!.found! / proofs).toBeGreaterThanOrEqual(0.9);
    expect((changed.overall!.wrong ?? 0) / proofs).toBeLessThanOrEqual(0.01);
  });
});

describe('recorded launches', () => {
  it('are read as they were written', () => {
    const { launches } = readLaunches(LAUNCHES_FILE);
    expect(launches.length).toBeGreaterThanOrEqual(20);
    const path = fileOf('', 'json.gz');
    writeLaunches(path, { launches: launches.slice(0, 3) });
    expect(readLaunches(path)).toEqual({ launches: launches.slice(0, 3) });
    for (const { before, after } of launches[0]!) {
      for (const { answered, slices } of [before, after]) {
        const counted = slices.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0);
        expect(counted).toBe(answered);
      }
    }
  });

  it('are told from other files', () => {
    expect(() => readLaunches(NOISE_FILE)).toThrow(/holds no recorded launches/);
  });

  it('of a recording of one process are drawn with a speed of their own for each side', () => {
    const source = new NoiseSource(readNoise(NOISE_FILE), new Random(3));
    const { blocks, looks } = source.draw({
      launches: 40,
      launch_spread: 0.02,
      time_s_min: 20,
      time_s_max: 240,
    });
    expect(looks).toHaveLength(40);
    expect(looks.at(-1)).toBe(blocks.length);
    const { measures } = analyse(blocks, MEASURES, 1);
    expect(measures[0]!.launch_spread).toBeCloseTo(0.02, 2);
    expect(measures[1]!.launch_spread).toBeCloseTo(0.02, 2);
  });
});
