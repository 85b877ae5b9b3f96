import { formatMs } from '../../results/numbers.ts';
import type { Proof, SideProof } from '../format.ts';
import { linear, logTicks } from './scale.ts';

const WIDTH = 860;
const HEIGHT = 240;
const LEFT = 70;
const BOTTOM = 28;
const TOP = 12;

/** The shares of requests that took longer than a time, for both sides: both axes logarithmic. */
const SHARES = [1, 0.5, 0.1, 0.01, 0.001, 0.0001];

export function latencyChart({ sides }: Proof): string {
  const { before, after } = sides;
  const edges = [...before.distribution, ...after.distribution];
  const totals = [before, after].map((side) => side.distribution.reduce((sum, bin) => sum + bin.count, 0));
  const smallest = 1 / Math.max(1, ...totals);
  if (edges.length === 0) return '';
  const low = Math.min(...edges.map((bin) => bin.from_ms));
  const high = Math.max(...edges.map((bin) => bin.to_ms));
  const x = linear([Math.log(low), Math.log(high)], [LEFT, WIDTH - 20]);
  const y = linear([0, Math.log(smallest)], [TOP, HEIGHT - BOTTOM]);
  const shares = SHARES.filter((share) => share >= smallest);
  const grid = [
    ...logTicks(low, high).map(
      (tick) =>
        `<line class="grid" x1="${x(Math.log(tick))}" x2="${x(Math.log(tick))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text class="tick" x="${x(Math.log(tick))}" y="${HEIGHT - 8}" text-anchor="middle">${formatMs(tick).replace(/\.0+ /, ' ')}</text>`,
    ),
    ...shares.map(
      (share) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - 20}" y1="${y(Math.log(share))}" y2="${y(Math.log(share))}"/><text class="tick" x="${LEFT - 8}" y="${y(Math.log(share)) + 4}" text-anchor="end">${share * 100} %</text>`,
    ),
  ];
  const line = (side: SideProof, total: number): string => {
    let beyond = total;
    const points = [`${x(Math.log(side.distribution[0]?.from_ms ?? low))},${y(0)}`];
    for (const { to_ms, count } of side.distribution) {
      beyond -= count;
      points.push(`${x(Math.log(to_ms))},${beyond > 0 ? y(Math.log(beyond / total)) : HEIGHT - BOTTOM}`);
    }
    return points.join(' ');
  };
  return `<figure><figcaption>Share of requests that took longer than a time: <span class="key before">before</span> <span class="key after">after</span></figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Latency distribution of both sides">${grid.join('')}<polyline class="line before" points="${line(before, totals[0]!)}"/><polyline class="line after" points="${line(after, totals[1]!)}"/></svg></figure>`;
}
