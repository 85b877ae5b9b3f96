import type { Ratio } from '../../bench/kv/statistics.ts';
import type { LookupRow } from './lookups.ts';
import type { Figures, StepResult } from './measure.ts';
import type { Hot, Profiles } from './profiles.ts';

/** The study's results as Markdown. */
export function markdown(steps: readonly StepResult[], lookups: readonly LookupRow[]): string {
  return [...steps.map(stepText), lookupText(lookups)].join('\n');
}

function stepText(step: StepResult): string {
  return [
    `## ${step.name} (${step.operation})`,
    '',
    `Source: ${step.source}.`,
    '',
    `**${verdict(step)}**`,
    '',
    '| | requests/s | CPU, µs/request | p50, ms | p99, ms | p99.9, ms | longest, ms |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    figuresRow('before', step.before),
    figuresRow('after', step.after),
    `| after / before | ${show(step.throughput)} | ${show(step.cpu)} | | ${show(step.p99)} | ${show(step.p999)} | |`,
    '',
    profilesText('before', step.profiles.before),
    profilesText('after', step.profiles.after),
  ].join('\n');
}

/** Said of throughput and of p99.9: an interval that includes 1 shows no difference. */
function verdict({ throughput, p999 }: StepResult): string {
  const of = (what: string, { ratio, low, high }: Ratio, more: string, less: string): string => {
    if (low <= 1 && high >= 1) return `${what}: no difference shown (${ratio.toFixed(2)} of before)`;
    return `${what}: ${ratio > 1 ? more : less}, ${ratio.toFixed(2)} of before`;
  };
  return `${of('Throughput', throughput, 'helps', 'does not help')}. ${of('p99.9', p999, 'does not help', 'helps')}.`;
}

function figuresRow(name: string, figures: Figures): string {
  const cells = [
    figures.requests_per_s.toFixed(0),
    figures.cpu_us.toFixed(1),
    ...[figures.p50_ms, figures.p99_ms, figures.p999_ms, figures.longest_ms].map((time) => time.toFixed(2)),
  ];
  return `| ${name} | ${cells.join(' | ')} |`;
}

function show({ ratio, low, high }: Ratio): string {
  return `${ratio.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function profilesText(name: string, { cpu, allocation, waits }: Profiles): string {
  const stacks = (title: string, hot: readonly Hot[]): string =>
    `${title}:\n${hot.map(({ share, stack }) => `  ${(100 * share).toFixed(1).padStart(5)} %  ${stack.slice(0, 4).join(' < ')}`).join('\n')}`;
  const wait =
    `waits, ms: queue p50 ${waits.queue_p50.toFixed(3)} p99 ${waits.queue_p99.toFixed(3)}, ` +
    `engine p50 ${waits.engine_p50.toFixed(3)} p99 ${waits.engine_p99.toFixed(3)}, ` +
    `socket p50 ${waits.socket_p50.toFixed(3)} p99 ${waits.socket_p99.toFixed(3)}, event loop p99 ${waits.event_loop_p99.toFixed(3)}`;
  return ['```', `${name}`, stacks('CPU', cpu), stacks('allocation', allocation), wait, '```', ''].join('\n');
}

function lookupText(rows: readonly LookupRow[]): string {
  if (rows.length === 0) return '';
  return [
    '## Lookups as the store grows',
    '',
    'Times in µs, medians of single synchronous calls, block cache off.',
    '',
    '| entries | tables | levels | present | absent | absent, no filter | filter saves |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(
      (row) =>
        `| ${row.entries} | ${row.tables} | ${row.levels} | ${row.present_us.toFixed(1)} | ${row.absent_us.toFixed(1)} | ` +
        `${row.absent_unfiltered_us.toFixed(1)} | ${row.saved.toFixed(1)}x |`,
    ),
    '',
  ].join('\n');
}
