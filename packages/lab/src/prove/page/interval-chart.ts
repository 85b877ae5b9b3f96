import type { Proof } from '../format.ts';
import { formatMeasure, MEASURE_TITLES, percent } from '../text.ts';
import { escapeHtml } from './html.ts';
import { changeTicks, linear } from './scale.ts';

const WIDTH = 860;
const ROW = 46;
const LEFT = 240;
const RIGHT = 150;
const TOP = 12;

/** Every measure's gain with its interval, on one scale, with the band within which there is no difference. */
export function intervalChart(proof: Proof): string {
  const { measures, equivalence } = proof;
  const ends = measures.flatMap(({ gain }) =>
    gain ? [Math.abs(Math.log(gain.low)), Math.abs(Math.log(gain.high))] : [],
  );
  // A wild interval may be cut off at the edge; it must not flatten the others.
  const span = Math.max(
    Math.log1p(equivalence) * 2.5,
    Math.min(
      Math.max(0, ...ends) * 1.1,
      Math.max(0.5, ...measures.map(({ gain }) => (gain ? Math.abs(Math.log(gain.ratio)) * 1.6 : 0))),
    ),
  );
  const x = linear([-span, span], [LEFT, WIDTH - RIGHT]);
  const bottom = TOP + measures.length * ROW;
  const parts = [
    `<rect class="band" x="${x(-Math.log1p(equivalence))}" y="${TOP}" width="${x(Math.log1p(equivalence)) - x(-Math.log1p(equivalence))}" height="${bottom - TOP}"/>`,
    ...changeTicks(span).map(
      (tick) =>
        `<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP}" y2="${bottom}"/><text class="tick" x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${tick === 0 ? 'same' : tickLabel(tick)}</text>`,
    ),
  ];
  const clamp = (value: number): number => x(Math.max(-span, Math.min(span, value)));
  measures.forEach(({ name, before, after, gain, verdict }, i) => {
    const y = TOP + i * ROW + ROW / 2;
    const kind = verdict.replace(' ', '-');
    parts.push(
      `<text class="name" x="0" y="${y - 3}">${MEASURE_TITLES[name]}</text><text class="tick" x="0" y="${y + 14}">${escapeHtml(`${formatMeasure(name, before)} → ${formatMeasure(name, after)}`)}</text>`,
      `<text class="verdict ${kind}" x="${WIDTH - RIGHT + 14}" y="${y - 3}">${verdict}</text>`,
    );
    if (!gain) return;
    parts.push(
      `<text class="tick" x="${WIDTH - RIGHT + 14}" y="${y + 14}">${percent(gain.low)} … ${percent(gain.high)}</text>`,
      `<line class="interval ${kind}" x1="${clamp(Math.log(gain.low))}" x2="${clamp(Math.log(gain.high))}" y1="${y}" y2="${y}"/>`,
      `<circle class="dot ${kind}" cx="${clamp(Math.log(gain.ratio))}" cy="${y}" r="5"><title>${percent(gain.ratio)}</title></circle>`,
    );
  });
  return `<svg viewBox="0 0 ${WIDTH} ${bottom + 40}" role="img" aria-label="Gain of each measure with its interval">${parts.join('')}<text class="tick" x="${LEFT}" y="${bottom + 36}">← slower</text><text class="tick" x="${WIDTH - RIGHT}" y="${bottom + 36}" text-anchor="end">faster →</text></svg>`;
}

/** Short enough for an axis: a halving and more as `÷2.00`. */
export function tickLabel(log: number): string {
  const ratio = Math.exp(log);
  return ratio <= 0.5 ? `÷${(1 / ratio).toPrecision(3)}` : percent(ratio);
}
