import type { Colors } from './colors.ts';
import type { Latency, LoadResult, RouteResult } from './format.ts';
import { formatBytes, formatCount, formatCounts, formatMs, formatRate, plural } from './numbers.ts';
import { table } from './table.ts';

const ROUTES_SHOWN_MAX = 20;

const ENDS: Readonly<Record<LoadResult['end'], string>> = {
  finished: '',
  'time-limit': 'time limit reached',
  interrupted: 'INCOMPLETE: interrupted',
  'target-gone': 'INCOMPLETE: the target stopped answering',
};

/** A result as the terminal shows it, without the plot. */
export function resultText(result: LoadResult, colors: Colors): string {
  const lines = [...heading(result, colors), '', routeTable(result, colors), ''];
  const { errors, statuses } = result;
  lines.push(
    `answers    ${formatCounts(statuses) || 'none'}${result.status_differs > 0 ? `; ${plural(result.status_differs, 'status', 'statuses')} differ from the log` : ''}`,
  );
  if (Object.keys(errors).length > 0) lines.push(colors.red(`errors     ${formatCounts(errors)}`));
  lines.push(`received   ${formatBytes(result.bytes)}`);
  if (result.lateness_ms) {
    const { p50, p99, max } = result.lateness_ms;
    lines.push(
      `lateness   p50 ${formatMs(p50)}, p99 ${formatMs(p99)}, max ${formatMs(max)} behind the intended start`,
    );
  }
  if (result.log) lines.push(...logLines(result.log));
  return lines.join('\n');
}

function heading(result: LoadResult, colors: Colors): string[] {
  const pace =
    result.loop === 'open'
      ? result.log
        ? `at ${result.factor} times the recorded pace`
        : 'at a fixed rate'
      : `${result.in_flight} in flight`;
  const { requests } = result;
  const lines = [
    `${colors.bold(result.target)}  ${plural(requests.sent, 'request')} in ${result.elapsed_s.toFixed(1)} s, ${pace}; times are ${result.measure}`,
  ];
  const end = ENDS[result.end];
  const notSent = requests.not_sent > 0 ? `${plural(requests.not_sent, 'request')} not sent` : '';
  if (end || notSent) {
    const note = [end, notSent].filter(Boolean).join('; ');
    lines.push(result.complete ? note : colors.red(note));
  }
  return lines;
}

const HEADINGS = ['', 'requests', 'rate', 'p50', 'p90', 'p99', 'p99.9', 'max', 'errors'];

function routeTable(result: LoadResult, colors: Colors): string {
  const shown = result.routes.slice(0, ROUTES_SHOWN_MAX);
  const rows = shown.map((route) => routeRow(route.route, route));
  const all = routeRow('in all', { ...result, sent: result.requests.sent });
  const text = table([HEADINGS, ...rows, all], colors, true);
  const left = result.routes.length - shown.length;
  return left > 0 ? `${text}\n(${plural(left, 'further route')} in --json)` : text;
}

type Row = Pick<RouteResult, 'sent' | 'throughput_rps' | 'latency_ms' | 'errors'>;

function routeRow(name: string, { sent, throughput_rps, latency_ms, errors }: Row): string[] {
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return [
    name,
    formatCount(sent),
    formatRate(throughput_rps),
    ...percentiles(latency_ms),
    failed > 0 ? formatCount(failed) : '',
  ];
}

function percentiles(latency: Latency | null): string[] {
  if (!latency) return ['', '', '', '', ''];
  return [latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map(formatMs);
}

function logLines(log: NonNullable<LoadResult['log']>): string[] {
  const { account } = log;
  const parts = [
    `${plural(account.lines, 'line')} (${log.format})`,
    `${formatCount(account.requests)} requests`,
  ];
  const skipped = formatCounts(account.skipped);
  if (skipped) parts.push(`skipped: ${skipped}`);
  parts.push(`${formatCount(account.malformed)} malformed`);
  const lines = [`log        ${parts.join(', ')}`];
  const omitted = formatCounts(log.omitted);
  if (omitted) lines.push(`           left out: ${omitted}`);
  if (log.omitted.unsafe) lines.push('           (methods that may change data are sent only with --unsafe)');
  if (account.out_of_order > 0)
    lines.push(`           ${plural(account.out_of_order, 'line')} out of order, sent in order of time`);
  for (const { line, why } of account.malformed_first.slice(0, 3))
    lines.push(`           line ${line}: ${why}`);
  if (log.redacted_headers > 0) {
    lines.push(
      `           ${plural(log.redacted_headers, 'redacted header')} not sent; a rule file can set them (--rules)`,
    );
  }
  if (log.redacted_parameters > 0)
    lines.push(`           ${plural(log.redacted_parameters, 'redacted query parameter')} not sent`);
  return lines;
}
