import type { Block, SideBlock } from '../../src/prove/block.ts';
import { mayEnd } from '../../src/prove/ending.ts';
import { MEASURES } from '../../src/prove/measure.ts';
import { LN_BIN } from '../../src/statistics/log-bins.ts';
import type { Random } from '../../src/statistics/random.ts';
import type { RecordedLaunches } from './recorded-launches.ts';
import type { RecordedNoise, SimulationOptions } from './simulation.ts';

export interface Drawn {
  /**
   * Of several launches all that a proof would measure if it never ended early; of one, those until it ended, as it
   * is without any effect.
   */
  readonly blocks: readonly Block[];
  /** Where it looks whether it may end: numbers of blocks, ascending, the last that of all. */
  readonly looks: readonly number[];
}

/** The blocks of a proof that ends when it may, had every gain been larger by `shift`. */
export function untilEnd({ blocks, looks }: Drawn, shift: number): readonly Block[] {
  for (const look of looks) {
    const part = blocks.slice(0, look);
    if (look === blocks.length || mayEnd(part, MEASURES, shift)) return part;
  }
  return blocks;
}

/** Neighbouring blocks are drawn together for so long. */
const STRETCH_S = 5;

export interface DealtBlock {
  readonly outer: SideBlock;
  readonly inner: SideBlock;
}

/** Every four slices as both sides may get them, made once: the outer two and the inner two. */
export function dealBlocks({ slices }: RecordedNoise): DealtBlock[] {
  const blocks = Math.floor(slices.length / 4);
  if (blocks < 50) throw new Error(`only ${slices.length} slices are recorded; 200 at least are needed`);
  const sideOf = (first: number, second: number): SideBlock => {
    const parts = [slices[first]!, slices[second]!] as const;
    return {
      answered: parts[0].answered + parts[1].answered,
      elapsed_ms: parts[0].elapsed_ms + parts[1].elapsed_ms,
      slices: parts,
    };
  };
  return Array.from({ length: blocks }, (_, i) => ({
    outer: sideOf(i * 4, i * 4 + 3),
    inner: sideOf(i * 4 + 1, i * 4 + 2),
  }));
}

type DrawOptions = Pick<SimulationOptions, 'launches' | 'launch_spread' | 'time_s_min' | 'time_s_max'>;

/** Draws proofs from the noise of one process, in launches whose sides differ by `spread`. */
export class NoiseSource {
  readonly recorded: number;
  private readonly dealt: readonly DealtBlock[];
  private readonly block_s: number;
  private readonly random: Random;
  /** Of each side at each speed, made when first drawn. */
  private readonly atSpeeds = new Map<SideBlock, Map<number, SideBlock>>();

  constructor(noise: RecordedNoise, random: Random) {
    this.dealt = dealBlocks(noise);
    this.recorded = this.dealt.length;
    this.block_s = (noise.slice_ms * 4) / 1000;
    this.random = random;
  }

  draw({ launches, launch_spread = 0, time_s_min, time_s_max }: DrawOptions): Drawn {
    const blocks: Block[] = [];
    const looks: number[] = [];
    const blocks_min = Math.round(time_s_min / this.block_s);
    const perLaunch = Math.max(1, Math.round(time_s_max / launches / this.block_s));
    const stretch = Math.min(perLaunch, Math.round(STRETCH_S / this.block_s));
    const swapped = this.random.index(2);
    for (let launch = 0; launch < launches; launch++) {
      const speeds = launches > 1 ? [this.speed(launch_spread), this.speed(launch_spread)] : [0, 0];
      const end = blocks.length + perLaunch;
      while (blocks.length < end) {
        const from = this.random.index(this.dealt.length - stretch + 1);
        for (let i = 0; i < stretch && blocks.length < end; i++) {
          const { outer, inner } = this.dealt[from + i]!;
          const outerFirst = (blocks.length + swapped) % 2 === 0;
          blocks.push({
            launch,
            before: this.atSpeed(outerFirst ? outer : inner, speeds[0]!),
            after: this.atSpeed(outerFirst ? inner : outer, speeds[1]!),
          });
        }
        if (launches === 1 && blocks.length >= blocks_min && mayEnd(blocks, MEASURES)) break;
      }
      looks.push(blocks.length);
    }
    return { blocks, looks };
  }

  /** How much slower a process is than it would be, in bins: normal, such that two differ by `spread`. */
  private speed(spread: number): number {
    return Math.round((normal(this.random) * spread) / Math.SQRT2 / LN_BIN);
  }

  private atSpeed(side: SideBlock, bins: number): SideBlock {
    if (bins === 0) return side;
    const known = this.atSpeeds.get(side) ?? new Map<number, SideBlock>();
    this.atSpeeds.set(side, known);
    const made = known.get(bins) ?? slowed(side, bins);
    known.set(bins, made);
    return made;
  }
}

function slowed({ answered, elapsed_ms, slices: [first, second] }: SideBlock, by: number): SideBlock {
  const moved = ({ bins, counts }: typeof first): typeof first => ({
    bins: bins.map((bin) => bin + by),
    counts,
  });
  return {
    answered,
    elapsed_ms: elapsed_ms * Math.exp(by * LN_BIN),
    slices: [moved(first), moved(second)],
  };
}

/** Draws whole launches, and of each by a coin which of its two processes is the side before. */
export class LaunchSource {
  readonly recorded: number;
  private readonly launches: readonly (readonly Block[])[];
  private readonly random: Random;

  constructor({ launches }: RecordedLaunches, random: Random) {
    if (launches.length < 2)
      throw new Error(`${launches.length} launches are recorded; 2 at least are needed`);
    this.launches = launches;
    this.recorded = launches.reduce((sum, { length }) => sum + length, 0);
    this.random = random;
  }

  draw({ launches }: Pick<SimulationOptions, 'launches'>): Drawn {
    const blocks: Block[] = [];
    const looks: number[] = [];
    for (let launch = 0; launch < launches; launch++) {
      const drawn = this.launches[this.random.index(this.launches.length)]!;
      const swapped = this.random.index(2) === 1;
      for (const { before, after } of drawn)
        blocks.push({ launch, before: swapped ? after : before, after: swapped ? before : after });
      looks.push(blocks.length);
    }
    return { blocks, looks };
  }
}

/** By Box and Muller. */
export function normal(random: Random): number {
  const u = (random.index(2 ** 30) + 1) / 2 ** 30;
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * (random.index(2 ** 30) / 2 ** 30));
}
