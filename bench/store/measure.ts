/** One way of doing a piece of work. */
export interface Side {
  readonly name: string;
  run(round: number): Promise<void> | void;
}

export interface Ratio {
  readonly name: string;
  /** Throughput of the first side over that of the second: the median over rounds. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
  readonly first_ms: number;
  readonly second_ms: number;
}

/** Runs both sides in every round, the order alternating, and compares the times within rounds. */
export async function compare(name: string, first: Side, second: Side, rounds: number): Promise<Ratio> {
  const times: [number, number][] = [];
  for (let round = -2; round < rounds; round++) {
    const pair: [number, number] = [0, 0];
    for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const start = performance.now();
      await [first, second][i]!.run(round);
      pair[i] = performance.now() - start;
    }
    // The first rounds warm up.
    if (round >= 0) times.push(pair);
  }
  return summarise(name, times);
}

/** The ratio from the times of both sides in each round. */
export function summarise(name: string, times: readonly (readonly [number, number])[]): Ratio {
  const logs = times.map(([a, b]) => Math.log(b / a));
  const [low, high] = bootstrap(logs);
  return {
    name,
    ratio: Math.exp(median(logs)),
    low: Math.exp(low),
    high: Math.exp(high),
    rounds: times.length,
    first_ms: median(times.map(([a]) => a)),
    second_ms: median(times.map(([, b]) => b)),
  };
}

/** The 95 % percentile bootstrap interval of the median. */
function bootstrap(values: readonly number[]): [number, number] {
  const medians = Array.from({ length: 2_000 }, () =>
    median(values.map(() => values[Math.floor(Math.random() * values.length)]!)),
  ).sort((a, b) => a - b);
  return [medians[50]!, medians[1_949]!];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function show({ name, ratio, low, high, rounds, first_ms, second_ms }: Ratio): string {
  const interval = `${ratio.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
  return `${name.padEnd(66)} ${interval.padEnd(20)} ${rounds} rounds, ${first_ms.toFixed(2)} ms against ${second_ms.toFixed(2)} ms`;
}
