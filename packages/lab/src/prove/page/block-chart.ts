import type { MeasureProof, Proof } from '../format.ts';
import { MEASURE_TITLES, percent } from '../text.ts';
import { tickLabel } from './interval-chart.ts';
import { changeTicks, linear, type Scale } from './scale.ts';

const WIDTH = 860;
const HEIGHT = 190;
const LEFT = 70;
const BOTTOM = 24;
const TOP = 10;
/** So many dots are drawn smaller and fainter. */
const MANY = 200;

/**
 * The gain of each pair in the order in which they ran: what drifts or jumps shows here. The ground alternates from
 * launch to launch, and a line in each is its gain.
 */
export function blockChart(measure: MeasureProof, proof: Proof): string {
  const logs = measure.gains.map(Math.log).filter(Number.isFinite);
  if (logs.length < 2) return '';
  const sizes = logs.map(Math.abs).sort((a, b) => a - b);
  // Outliers are drawn at the edge, so that the rest can be told apart.
  const span = Math.max(Math.log1p(proof.equivalence) * 1.5, sizes[Math.floor(sizes.length * 0.95)]! * 1.25);
  const x = linear([-0.5, logs.length - 0.5], [LEFT, WIDTH - 10]);
  const y = linear([-span, span], [HEIGHT - BOTTOM, TOP]);
  const equal = Math.log1p(proof.equivalence);
  const within = (log: number): number => y(Math.max(-span, Math.min(span, log)));
  const grid = changeTicks(span).map(
    (tick) =>
      `<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${LEFT}" x2="${WIDTH - 10}" y1="${y(tick)}" y2="${y(tick)}"/><text class="tick" x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${tick === 0 ? 'same' : tickLabel(tick)}</text>`,
  );
  const kind = logs.length > MANY ? 'pair many' : 'pair';
  const dots = logs.map(
    (log, i) =>
      `<circle class="${kind}" cx="${x(i)}" cy="${within(log)}" r="${logs.length > MANY ? 2 : 3}"/>`,
  );
  const launches =
    measure.launch_gains.length > 1 ? launchMarks(measure, x, within) : { ground: '', gains: '' };
  const per = measure.blocks_per_pair === 1 ? 'each block' : `each ${measure.blocks_per_pair} blocks`;
  return `<figure><figcaption>${MEASURE_TITLES[measure.name]}, gain of ${per}${launchCaption(measure)}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Gain of every pair of ${MEASURE_TITLES[measure.name]}"><rect class="band" x="${LEFT}" width="${WIDTH - 10 - LEFT}" y="${y(equal)}" height="${y(-equal) - y(equal)}"/>${launches.ground}${grid.join('')}${dots.join('')}${launches.gains}</svg></figure>`;
}

function launchCaption({ launch_gains, launches_per_gain }: MeasureProof): string {
  if (launch_gains.length < 2) return ', in order';
  const unit = launches_per_gain === 1 ? 'a launch' : `${launches_per_gain} launches or one more`;
  return `, in order; each stripe is ${unit}, its line the gain of all its blocks`;
}

/** Every second launch's ground, and the gain of each as a line across it. */
function launchMarks(
  { launch_pairs, launch_gains }: MeasureProof,
  x: Scale,
  y: Scale,
): { readonly ground: string; readonly gains: string } {
  let from = 0;
  const marks = launch_pairs.map((pairs, i) => {
    const [left, right] = [x(from - 0.5), x(from + pairs - 0.5)];
    from += pairs;
    const height = y(Math.log(launch_gains[i]!));
    return {
      ground:
        i % 2 === 1
          ? `<rect class="launch" x="${left}" width="${right - left}" y="${TOP}" height="${HEIGHT - BOTTOM - TOP}"/>`
          : '',
      gain: `<line class="launch-gain" x1="${left}" x2="${right}" y1="${height}" y2="${height}"><title>${percent(launch_gains[i]!)}</title></line>`,
    };
  });
  return {
    ground: marks.map(({ ground }) => ground).join(''),
    gains: marks.map(({ gain }) => gain).join(''),
  };
}
