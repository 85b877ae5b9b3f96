import { formatCount, formatCounts, formatMs } from '../../results/numbers.ts';
import type { Proof, SideProof } from '../format.ts';
import { formatMeasure, launchesText, MEASURE_TITLES, percent, summary, unsettledText } from '../text.ts';
import { blockChart } from './block-chart.ts';
import { databaseSection } from './database.ts';
import { escapeHtml, htmlTable } from './html.ts';
import { intervalChart } from './interval-chart.ts';
import { latencyChart } from './latency-chart.ts';
import { STYLE } from './style.ts';

const TITLES: Readonly<Record<Proof['overall'], string>> = {
  faster: 'Faster',
  slower: 'Slower',
  mixed: 'Mixed: faster in some, slower in others',
  'no difference': 'No difference',
  inconclusive: 'Inconclusive',
};

/** A proof as one self-contained page: no script, nothing fetched. */
export function proofPage(proof: Proof): string {
  const body = [
    `<h1 class="${proof.overall.replace(' ', '-')}">${TITLES[proof.overall]}</h1>`,
    `<p class="lead">${escapeHtml(summary(proof))}. ${escapeHtml(proof.started)}.</p>`,
    ...proof.problems.map(({ text }) => `<div class="problem">${escapeHtml(text)}</div>`),
    intervalChart(proof),
    `<p class="note">Intervals hold at ${(proof.confidence * 100).toFixed(2)} % each, so that all of a proof's verdicts together are right 99 times in 100${proof.intervals_hold === 'launches' ? '' : ', as far as the noise within its one launch goes'}. Within the grey band, ±${proof.equivalence * 100} %, there is no difference.</p>`,
    `<p class="note">Launches: ${escapeHtml(launchesText(proof))}.</p>`,
    ...unsettledNotes(proof),
    '<h2>Measures</h2>',
    measureTable(proof),
    latencyChart(proof),
    '<h2>Block by block</h2>',
    ...proof.measures.map((measure) => blockChart(measure, proof)),
    routesSection(proof),
    answersSection(proof),
    databaseSection(proof),
    '<h2>How it was measured</h2>',
    details(proof),
  ];
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Proof: ${TITLES[proof.overall].toLowerCase()}</title><style>${STYLE}</style></head><body>${body.join('\n')}</body></html>\n`;
}

function unsettledNotes(proof: Proof): string[] {
  return proof.measures
    .filter(({ unsettled }) => unsettled)
    .map(
      (measure) =>
        `<p class="note">${MEASURE_TITLES[measure.name]}: ${escapeHtml(unsettledText(measure, proof))}.</p>`,
    );
}

function measureTable(proof: Proof): string {
  return htmlTable(
    ['', 'before', 'after', 'faster by', 'interval', 'pairs', 'verdict'],
    proof.measures.map(({ name, before, after, gain, verdict, pairs }) => [
      MEASURE_TITLES[name],
      formatMeasure(name, before),
      formatMeasure(name, after),
      gain ? percent(gain.ratio) : '–',
      gain ? `${percent(gain.low)} … ${percent(gain.high)}` : '–',
      formatCount(pairs),
      verdict,
    ]),
  );
}

function routesSection({ routes }: Proof): string {
  if (routes.length < 2) return '';
  const rows = routes.map(({ route, before, after }) => [
    route,
    formatCount(before.answered),
    ...[before.p50_ms, after.p50_ms, before.p99_ms, after.p99_ms].map((ms) => formatMeasure('p50', ms)),
  ]);
  const head = ['', 'answers', 'p50 before', 'p50 after', 'p99 before', 'p99 after'];
  return `<h2>Routes</h2><p>Over all blocks together; without verdicts.</p>${htmlTable(head, rows)}`;
}

function answersSection({ answers }: Proof): string {
  if (!answers) return '';
  const { compared, same, unrepeatable, differing, differences } = answers;
  const text = `${formatCount(compared)} distinct requests were asked of both sides: ${formatCount(same)} answers are the same, ${formatCount(differing)} differ, ${formatCount(unrepeatable)} do not even repeat themselves on one side, so that only their status was compared.`;
  const rows = differences.map(({ request, difference }) => [request, difference]);
  return `<h2>Answers</h2><p>${text}</p>${rows.length > 0 ? htmlTable(['request', 'first difference'], rows) : ''}`;
}

function details(proof: Proof): string {
  const { sides, log } = proof;
  const side = ({ source, env, sent, answered, statuses, errors, latency_ms }: SideProof): string =>
    `<code>${escapeHtml(source)}</code>${env.length > 0 ? ` with ${escapeHtml(env.join(', '))} set` : ''}<br>${formatCount(sent)} sent, ${formatCount(answered)} answered (${formatCounts(statuses)})${Object.keys(errors).length > 0 ? `, errors ${formatCounts(errors)}` : ''}${latency_ms ? `, longest ${formatMs(latency_ms.max)}` : ''}`;
  const entries: [string, string][] = [
    ['before', side(sides.before)],
    ['after', side(sides.after)],
    [
      'traffic',
      `<code>${escapeHtml(log.path)}</code>: ${formatCount(log.account.requests)} requests in ${formatCount(log.account.lines)} lines${log.omitted.unsafe ? `; ${formatCount(log.omitted.unsafe)} that may change data left out` : ''}`,
    ],
    [
      'blocks',
      `${formatCount(proof.blocks)}, each before, after, after, before with the same ${formatCount(proof.requests_per_slice)} requests (every second block the other way round)`,
    ],
    [
      'intervals',
      proof.intervals_hold === 'launches'
        ? "trimmed mean of the paired log-ratios of all launches, Student's t over the launches"
        : `trimmed mean of the paired log-ratios, symmetric bootstrap-t, seed ${proof.seed}`,
    ],
  ];
  return `<dl>${entries.map(([name, text]) => `<dt>${name}</dt><dd>${text}</dd>`).join('')}</dl>`;
}
