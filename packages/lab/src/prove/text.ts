import type { Colors } from '../results/colors.ts';
import { formatCount, formatCounts, formatMs, formatRate, plural } from '../results/numbers.ts';
import { table } from '../results/table.ts';
import type { MeasureProof, Proof, SideProof } from './format.ts';
import type { MeasureName } from './measure.ts';

export const MEASURE_TITLES: Readonly<Record<MeasureName, string>> = {
  throughput: 'throughput',
  p50: 'p50',
  p99: 'p99',
  p999: 'p99.9',
};

const ROUTES_SHOWN_MAX = 10;
const PERCENT_RATIO_MAX = 1_000;

const ENDS: Readonly<Record<Proof['end'], string>> = {
  settled: '',
  'time-limit': '',
  'blocks-limit': 'ended by its limit of blocks',
  interrupted: 'INCOMPLETE: interrupted',
  'side-failed': 'INCOMPLETE: a side failed',
};

/** A proof as the terminal shows it. */
export function proofText(proof: Proof, colors: Colors): string {
  const lines: string[] = [];
  for (const problem of proof.problems) lines.push(colors.red(`! ${problem.text}`));
  if (lines.length > 0) lines.push('');
  lines.push(
    `${colorOf(proof.overall, colors)(colors.bold(proof.overall.toUpperCase()))}  ${summary(proof)}`,
    '',
  );
  lines.push(measureTable(proof, colors), '');
  for (const measure of proof.measures) {
    const why = unsettledText(measure, proof);
    if (why) lines.push(`${MEASURE_TITLES[measure.name]}: ${why}`);
  }
  if (lines.at(-1) !== '') lines.push('');
  lines.push(...routeLines(proof, colors));
  const { answers } = proof;
  if (answers) {
    const rest = [
      answers.differing > 0 && `${answers.differing} differ`,
      answers.unrepeatable > 0 && `${answers.unrepeatable} do not repeat themselves (status compared only)`,
    ].filter(Boolean);
    lines.push(
      `answers    ${plural(answers.compared, 'distinct request')} compared: ${answers.same} the same${rest.length > 0 ? `, ${rest.join(', ')}` : ''}`,
    );
    for (const { request, difference } of answers.differences.slice(0, 3))
      lines.push(`           ${request}: ${difference}`);
  }
  lines.push(`launches   ${launchesText(proof)}`);
  lines.push(`before     ${sideText(proof.sides.before)}`, `after      ${sideText(proof.sides.after)}`);
  lines.push(...databaseLines(proof, colors));
  return lines.join('\n');
}

/** How the proof was made, in one line. */
export function summary(proof: Proof): string {
  const pace =
    proof.in_flight === null ? `at ${proof.factor} times the recorded pace` : `${proof.in_flight} in flight`;
  const end = ENDS[proof.end];
  const { length: launches } = proof.launches;
  const where = proof.launches_planned > 1 ? ` in ${plural(launches, 'launch', 'launches')}` : '';
  return `${plural(proof.blocks, 'block')} of 4 times ${plural(proof.requests_per_slice, 'request')}${where}, ${pace}, in ${formatMs(proof.elapsed_s * 1000)}; times are ${proof.measure}${end ? `; ${end}` : ''}`;
}

/** What the intervals hold of the differences from start to start. */
export function launchesText({ intervals_hold, launches, launches_planned, measures, sides }: Proof): string {
  if (launches.length === 0) return 'none was measured';
  if (intervals_hold === 'one launch') {
    const why =
      launches_planned > 1
        ? `${launches_planned} were planned`
        : [sides.before, sides.after].some(({ started }) => !started)
          ? 'a server that runs already cannot be started anew'
          : '--launches starts both anew as often as it says';
    return `1: the intervals hold the noise within it, but not what two processes of one program differ by, often a per cent or so (${why})`;
  }
  const [{ name, launch_spread }] = measures as [MeasureProof];
  const planned = launches.length < launches_planned ? ` of ${launches_planned}` : '';
  const spread =
    launch_spread === null
      ? ''
      : `; in ${MEASURE_TITLES[name]} they differ by ${launch_spread === 0 ? 'no more than the noise within' : `±${(launch_spread * 100).toFixed(1)} % from start to start`}`;
  return `${launches.length}${planned}, both sides started anew for each${spread}`;
}

/** Why a measure is not settled and what would settle it; '' where it is. */
export function unsettledText({ unsettled, drift, whole }: MeasureProof, proof: Proof): string {
  if (!unsettled) return '';
  if (unsettled.why === 'uneven') {
    return `in most blocks it is as the interval says, over the whole run ${percent(whole!.ratio)} (${percent(whole!.low)} … ${percent(whole!.high)}): something happens in a few blocks only; look at the gains block by block (--html)`;
  }
  if (unsettled.why === 'drift') {
    const advice = proof.intervals_hold === 'launches' ? 'find' : 'warm up longer (--warmup), or find';
    return `the gain itself moved by ${percent(drift!)} during the run, so it has no one value; ${advice} what changes`;
  }
  if (unsettled.blocks === null) return 'nothing was measured';
  const minutes = (unsettled.blocks * proof.elapsed_s) / Math.max(1, proof.blocks) / 60;
  const time = minutes < 1 ? 'less than a minute' : plural(Math.ceil(minutes), 'minute');
  if (unsettled.launches !== null) {
    const longer = (unsettled.launches / Math.max(1, proof.launches.length)).toFixed(1);
    return `too noisy to tell; about ${plural(unsettled.launches, 'launch', 'launches')} like these, ${time}, would settle it (--launches ${unsettled.launches} and ${longer} times the --time), or a quieter machine`;
  }
  const blocks = `about ${plural(unsettled.blocks, 'block')}, ${time}`;
  return unsettled.why === 'noise'
    ? `too noisy to tell; ${blocks}, would settle it (--time), or a quieter machine`
    : `too few requests to tell; it takes ${blocks} (--time, --in-flight)`;
}

/** `+5.3 %`, `−4.1 %`: a ratio as a change; from twice on `2.50x`, or `2.50x slower`. */
export function percent(ratio: number): string {
  if (ratio > PERCENT_RATIO_MAX) return `over ${PERCENT_RATIO_MAX}x`;
  if (ratio < 1 / PERCENT_RATIO_MAX) return `over ${PERCENT_RATIO_MAX}x slower`;
  if (ratio >= 2) return `${ratio.toPrecision(3)}x`;
  if (ratio <= 0.5) return `${(1 / ratio).toPrecision(3)}x slower`;
  const change = (ratio - 1) * 100;
  return `${change >= 0 ? '+' : '−'}${Math.abs(change).toFixed(1)} %`;
}

export function formatMeasure(name: MeasureName, value: number | null): string {
  if (value === null) return '–';
  return name === 'throughput' ? formatRate(value) : formatMs(value);
}

function measureTable(proof: Proof, colors: Colors): string {
  const head = [
    '',
    'before',
    'after',
    'faster by',
    `${(proof.confidence * 100).toFixed(2)} % interval`,
    'verdict',
  ];
  const rows = proof.measures.map(({ name, before, after, gain, verdict }) => [
    MEASURE_TITLES[name],
    formatMeasure(name, before),
    formatMeasure(name, after),
    gain ? percent(gain.ratio) : '',
    gain ? `${percent(gain.low)} … ${percent(gain.high)}` : '',
    verdict,
  ]);
  return table([head, ...rows], colors, false);
}

/** What each route took, in the middle; nothing where there is but one. */
function routeLines({ routes }: Proof, colors: Colors): string[] {
  if (routes.length < 2) return [];
  const shown = routes
    .slice(0, ROUTES_SHOWN_MAX)
    .map(({ route, before, after }) => [
      route,
      formatCount(before.answered),
      formatMeasure('p50', before.p50_ms),
      formatMeasure('p50', after.p50_ms),
      before.p50_ms && after.p50_ms ? percent(before.p50_ms / after.p50_ms) : '',
    ]);
  const rest = routes.length - shown.length;
  const more = rest > 0 ? [colors.dim(`and ${plural(rest, 'route')} more (--json)`)] : [];
  return [
    table([['medians', 'answers', 'before', 'after', 'faster by'], ...shown], colors, false),
    ...more,
    '',
  ];
}

function sideText({ source, env, answered, statuses, errors }: SideProof): string {
  const failed = formatCounts(errors);
  return `${source}${env.length > 0 ? ` (${env.join(', ')} set)` : ''}: ${plural(answered, 'answer')} (${formatCounts(statuses)})${failed ? `; errors ${failed}` : ''}`;
}

function databaseLines({ sides }: Proof, colors: Colors): string[] {
  const { before, after } = sides;
  if (!before.postgres || !after.postgres) return [];
  const tables = new Set(
    [...before.postgres.tables, ...after.postgres.tables].map(({ table: name }) => name),
  );
  const of = (side: SideProof, name: string) => side.postgres!.tables.find((one) => one.table === name);
  const rows = [...tables].map((name) => {
    const [from, to] = [of(before, name), of(after, name)];
    return [
      name,
      ...[from, to].flatMap((counts) => [
        formatCount(counts?.blocks_hit ?? 0),
        formatCount(counts?.blocks_read ?? 0),
      ]),
    ];
  });
  const lines = [
    '',
    `Postgres, for ${plural(before.postgres.requests, 'request')}:`,
    table([['blocks', 'hit before', 'read before', 'hit after', 'read after'], ...rows], colors, false),
  ];
  if (before.postgres.statements && after.postgres.statements) {
    const calls = [before, after].map((side) =>
      side.postgres!.statements!.reduce((sum, one) => sum + one.calls, 0),
    );
    lines.push(`statements: ${formatCount(calls[0]!)} before, ${formatCount(calls[1]!)} after`);
  }
  return lines;
}

function colorOf(overall: Proof['overall'], colors: Colors): (text: string) => string {
  if (overall === 'faster') return colors.green;
  if (overall === 'slower' || overall === 'mixed') return colors.red;
  return overall === 'no difference' ? colors.cyan : colors.yellow;
}
