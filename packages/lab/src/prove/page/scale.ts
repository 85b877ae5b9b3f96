/** Maps a value to a coordinate, linearly in the value given (a logarithm, where the axis is one). */
export type Scale = (value: number) => number;

export function linear(from: readonly [number, number], to: readonly [number, number]): Scale {
  const ratio = from[1] === from[0] ? 0 : (to[1] - to[0]) / (from[1] - from[0]);
  return (value) => to[0] + (value - from[0]) * ratio;
}

const STEPS = [1, 2, 5];

/** Round values of 1, 2 and 5 times powers of ten within a range, for a logarithmic axis. */
export function logTicks(from: number, to: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
    for (const step of STEPS) {
      const tick = step * 10 ** power;
      if (tick >= from && tick <= to) ticks.push(tick);
    }
  }
  return ticks.length > 8 ? ticks.filter((tick) => Math.log10(tick) % 1 === 0) : ticks;
}

/** Changes in percent, both ways from none, that fit within ± `span` (a logarithm of a ratio). */
export function changeTicks(span: number): number[] {
  const steps = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000];
  const largest = Math.expm1(span) * 100;
  const step = steps.find((one) => largest / one <= 3.5) ?? largest;
  const ticks = [0];
  for (let change = step; Math.log1p(change / 100) <= span; change += step) {
    ticks.push(Math.log1p(change / 100));
    ticks.unshift(-Math.log1p(change / 100));
  }
  return ticks;
}
