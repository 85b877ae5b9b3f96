import type { MeasureProof, Proof } from '../format.ts';
import { MEASURE_TITLES } from '../text.ts';
import { tickLabel } from './interval-chart.ts';
import { changeTicks, linear } from './scale.ts';

const WIDTH = 860;
const HEIGHT = 190;
const LEFT = 70;
const BOTTOM = 24;
const TOP = 10;

/** The gain of each pair in the order in which they ran: what drifts or jumps shows here. */
export function blockChart(measure: MeasureProof, proof: Proof): string {
  const logs = measure.gains.map(Math.log).filter(Number.isFinite);
  if (logs.length < 2) return '';
  const sizes = logs.map(Math.abs).sort((a, b) => a - b);
  // Outliers are drawn at the edge, so that the rest can be told apart.
  const span = Math.max(Math.log1p(proof.equivalence) * 1.5, sizes[Math.floor(sizes.length * 0.95)]! * 1.25);
  const x = linear([0, logs.length - 1], [LEFT, WIDTH - 10]);
  const y = linear([-span, span], [HEIGHT - BOTTOM, TOP]);
  const equal = Math.log1p(proof.equivalence);
  const grid = changeTicks(span).map(
    (tick) =>
      `<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${LEFT}" x2="${WIDTH - 10}" y1="${y(tick)}" y2="${y(tick)}"/><text class="tick" x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${tick === 0 ? 'same' : tickLabel(tick)}</text>`,
  );
  const dots = logs.map(
    (log, i) => `<circle class="pair" cx="${x(i)}" cy="${y(Math.max(-span, Math.min(span, log)))}" r="3"/>`,
  );
  const per = measure.blocks_per_pair === 1 ? 'each block' : `each ${measure.blocks_per_pair} blocks`;
  return `<figure><figcaption>${MEASURE_TITLES[measure.name]}, gain of ${per}, in order</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Gain of every pair of ${MEASURE_TITLES[measure.name]}"><rect class="band" x="${LEFT}" width="${WIDTH - 10 - LEFT}" y="${y(equal)}" height="${y(-equal) - y(equal)}"/>${grid.join('')}${dots.join('')}</svg></figure>`;
}
