import type { Report, ReportContext, ReportInner, ReportNote, ReportStep } from './model.ts';
import { REPEATS_SHARE_MIN, trailLines } from './rows.ts';
import { clean, cut, flow, padEnd, padStart, type Screen, widthOf, wrap } from './screen.ts';
import { count, counted, moment, percent, time } from './units.ts';

export interface TextOptions {
  readonly screen: Screen;
  /** Show plans in full, not in one line. */
  readonly plans: boolean;
  /** Show every trail of a context, however many. */
  readonly every: boolean;
}

/** So many trails of a context are shown, unless all are asked for. */
const TRAILS_MAX = 8;
const FACT_GAP = '   ';
/** Facts beside a name have at least so many columns; a longer name has a line of its own. */
const FACTS_WIDTH_MIN = 50;

/** Below so many columns the heads of inner contexts are short. */
const INNER_WIDTH_MIN = 80;

/** The report as text, one string a line. */
export function reportLines(report: Report, options: TextOptions): string[] {
  const { screen } = options;
  const lines = [...headLines(report, screen)];
  const columns = nameColumns(report.contexts, screen.width);
  for (const context of report.contexts) lines.push('', ...contextLines(context, report, columns, options));
  const rest = report.contexts_selected - report.contexts.length;
  if (rest > 0) {
    const all = `--top ${report.contexts_selected} shows all`;
    lines.push('', screen.paint.quiet(`… and ${counted(rest, 'more context')}; ${all}`));
  }
  for (const inner of report.inner) lines.push('', ...innerLines(inner, screen));
  if (report.notes.length > 0) lines.push('', ...report.notes.flatMap((note) => noteLines(note, screen)));
  lines.push('', ...footLines(report, screen));
  return lines;
}

function headLines({ profile, totals, worn, contexts_in_all }: Report, { width, paint }: Screen): string[] {
  const span =
    profile.from === null || profile.to === null
      ? ''
      : `, ${moment(profile.from)} to ${moment(profile.to).replace(moment(profile.from).slice(0, 11), '')} UTC`;
  const schema = profile.schema === null ? '' : `, schema ${clean(profile.schema)}`;
  const waiting =
    totals.wait_ms > 0 && totals.wait_ms >= totals.cost_ms * 0.01
      ? `, of it ${time(totals.wait_ms)} waiting for a connection`
      : '';
  const lines = wrap(
    `${clean(profile.programs.join(', ')) || 'no program'}${schema}${span}: ${counted(contexts_in_all, 'context')}, ` +
      `${counted(totals.queries, 'query', 'queries')}, ${time(totals.cost_ms)} of database time${waiting}.`,
    width,
  );
  if (worn.length === 0) return [...lines, 'Nothing is worn.'];
  const saving_ms = worn.reduce((sum, follow) => sum + follow.saving_ms, 0);
  const places = new Set(worn.map((follow) => follow.context)).size;
  const share = totals.cost_ms > 0 ? saving_ms / totals.cost_ms : 0;
  const said = `${counted(worn.length, 'follow is', 'follows are')} worn, in ${counted(places, 'context')}. Batches would save ${time(saving_ms)}, ${percent(share)} of it.`;
  return [...lines, ...wrap(said, width).map(paint.alarm)];
}

/** Columns for the contexts' names: as many as the longest takes, unless that leaves too little for the facts. */
function nameColumns(contexts: readonly ReportContext[], width: number): number {
  const names = contexts.map(({ name }) => widthOf(clean(name)));
  return Math.max(0, ...names.filter((name) => name <= width - FACTS_WIDTH_MIN));
}

function contextLines(
  context: ReportContext,
  report: Report,
  columns: number,
  { screen, plans, every }: TextOptions,
): string[] {
  const { width, paint } = screen;
  const name = clean(context.name);
  const facts = factsOf(context);
  const beside = widthOf(name) <= columns;
  const indent = beside ? columns + FACT_GAP.length : 4;
  const flowed = flow(facts, FACT_GAP, width - indent);
  const rest = flowed.slice(beside ? 1 : 0).map((line) => ' '.repeat(indent) + line);
  const first = beside
    ? `${paint.title(padEnd(name, columns))}${FACT_GAP}${flowed[0]}`
    : paint.title(cut(name, width));
  const shown = every ? context.trails : context.trails.slice(0, TRAILS_MAX);
  const lines = [first, ...rest];
  if (shown.length > 0) lines.push(...trailLines(context, shown, screen, report.statements, plans));
  else lines.push(paint.quiet(`  ${guestText(context, report.contexts)}`));
  if (shown.length < context.trails.length) lines.push(paint.quiet(`  ${moreText(context, shown.length)}`));
  if (context.worn === 0 && shown.length > 0) lines.push(paint.quiet('  nothing worn'));
  return lines;
}

function factsOf({ runs, own, inclusive, wall }: ReportContext): string[] {
  const facts = [
    runs > 0 ? counted(runs, 'run') : 'not ended yet',
    `${counted(own.per_run.queries, 'query', 'queries')} ${runs > 0 ? 'a run' : 'so far'}`,
    `${percent(own.share)} of all database time`,
  ];
  if (wall.count > 0) facts.push(`p50 ${time(wall.p50_ms)}, p99 ${time(wall.p99_ms)}`);
  if (own.repeats > 0 && own.repeats >= own.queries * REPEATS_SHARE_MIN) {
    facts.push(`${counted(own.per_run.repeats, 'identical read')} a run`);
  }
  if (inclusive.queries > own.queries) {
    const queries = counted(inclusive.per_run.queries, 'query', 'queries');
    facts.push(`with what runs inside ${queries} a run, ${percent(inclusive.share)}`);
  }
  return facts;
}

/** Of a context without trails: whose trails its queries belong to. */
function guestText({ name }: ReportContext, contexts: readonly ReportContext[]): string {
  const issues = (step: ReportStep): boolean =>
    step.uses.some((use) => use.place === name) || step.children.some(issues);
  const hosts = contexts.filter(({ trails }) => trails.some(issues)).map((context) => clean(context.name));
  return hosts.length > 0
    ? `its queries follow objects loaded in ${hosts.join(', ')}`
    : 'no origin was loaded in it';
}

function moreText({ trails, by_origin, name }: ReportContext, shown: number): string {
  const treeCost = (step: ReportStep): number =>
    step.children.reduce((sum, child) => sum + treeCost(child), step.total.cost_ms);
  const rest_ms = trails.slice(shown).reduce((sum, trail) => sum + treeCost(trail), 0);
  const share = by_origin.cost_ms > 0 ? rest_ms / by_origin.cost_ms : 0;
  const trailsText = counted(trails.length - shown, 'more trail');
  return `… and ${trailsText}, ${percent(share)} of its time; --context "${clean(name)}" shows all`;
}

function innerLines({ name, uses }: ReportInner, { width, paint }: Screen): string[] {
  const a = width < INNER_WIDTH_MIN ? '' : ' a run';
  const heads = ['runs', `queries${a}`, `objects${a}`, `time${a}`, 'worn'];
  const rows = uses.map((use) => [
    count(use.runs),
    count(use.queries_per_run),
    count(use.objects_per_run),
    time(use.cost_ms_per_run),
    use.worn > 0 ? String(use.worn) : '-',
  ]);
  const widths = heads.map((head, i) => Math.max(widthOf(head), ...rows.map((row) => widthOf(row[i]!))));
  const figures = widths.reduce((sum, cell) => sum + cell + 3, 0);
  const title = `${clean(name)} in`;
  const labels = uses.map(({ outer }) => `  ${clean(outer)}`);
  const labelWidth = Math.min(
    width - figures,
    Math.max(widthOf(title), ...labels.map((label) => widthOf(label))),
  );
  const cells = (row: readonly string[]): string =>
    row.map((cell, i) => FACT_GAP + padStart(cell, widths[i]!)).join('');
  return [
    `${paint.title(padEnd(cut(title, labelWidth), labelWidth))}${paint.quiet(cells(heads))}`,
    ...rows.map((row, i) => `${padEnd(cut(labels[i]!, labelWidth), labelWidth)}${cells(row)}`),
  ];
}

function noteLines({ code, times, text }: ReportNote, { width }: Screen): string[] {
  return wrap(
    `Note: ${text === '' ? clean(code) : text} (${text === '' ? '' : `${clean(code)}, `}${counted(times, 'time')})`,
    width,
  );
}

function footLines({ rule, contexts }: Report, { width, paint }: Screen): string[] {
  const anywhere = (is: (step: ReportStep) => boolean): boolean => {
    const inTree = (step: ReportStep): boolean => is(step) || step.children.some(inTree);
    return contexts.some(({ trails }) => trails.some(inTree));
  };
  const said = [
    'Under a context, queries, objects and times are a run of it; p50 and p99 are of a run from its start to its end. Database time includes waiting for a connection.',
  ];
  if (anywhere((step) => step.inferred))
    said.push('~ inferred from names and values: the database declares no foreign key.');
  if (anywhere((step) => step.maybe_from.length > 0))
    said.push('maybe from: values match the reference, but too few different ones were seen to be sure.');
  said.push(`${rule.text}`);
  return said.flatMap((text) => wrap(text, width)).map(paint.quiet);
}
