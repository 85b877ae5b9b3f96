import type { ReportContext, ReportStep } from './model.ts';
import { PATH_SEPARATOR } from './names.ts';
import { planLines, readsLine } from './plan-lines.ts';
import { clean, cut, flow, type Paint, padEnd, padStart, type Screen, widthOf, wrap } from './screen.ts';
import { siteText } from './site-text.ts';
import { counted, percent, time } from './units.ts';

/** One step as it stands in the text: a line of columns, and what is to be said of it. */
interface Row {
  /** The branches before its name. */
  readonly branch: string;
  /** The branches before lines under it. */
  readonly below: string;
  readonly name: string;
  readonly how: string;
  readonly cells: readonly [queries: string, objects: string, time: string];
  readonly remarks: readonly Remark[];
  /** Lines about its statement and plan. */
  readonly details: readonly string[];
}

interface Remark {
  readonly text: string;
  readonly style: keyof Paint;
}

const INDENT = '  ';
const GAP = '  ';
const REMARK_GAP = '   ';
/** Waits are told when they are at least this share of a step's cost … */
const WAIT_SHARE_MIN = 0.05;
/** … and this share of its context's trails' cost. */
const WAIT_SHARE_OF_CONTEXT_MIN = 0.01;
/** Identical reads are told when they are at least this share of the queries. */
export const REPEATS_SHARE_MIN = 0.1;
const PLACES_MAX = 3;
const STATEMENT_LINES_MAX = 4;
/** A name may take so many columns before it is cut. */
const NAME_WIDTH_MAX = 40;

/** The trails of a context as a tree, in columns. */
export function trailLines(
  context: ReportContext,
  trails: readonly ReportStep[],
  screen: Screen,
  statements: Readonly<Record<string, string>>,
  plans: boolean,
): string[] {
  const rows: Row[] = [];
  const detailWidth = screen.width - INDENT.length;
  const walk = (step: ReportStep, branch: string, below: string): void => {
    const inner = step.children.length > 0 ? '│  ' : '   ';
    const details = detailsOf(step, statements, plans, detailWidth - widthOf(below + inner), screen.paint);
    rows.push({
      branch,
      below: below + inner,
      name: cut(clean(step.name), NAME_WIDTH_MAX),
      how: howOf(step),
      cells: cellsOf(step),
      remarks: remarksOf(step, context),
      details,
    });
    for (const [i, child] of step.children.entries()) {
      const last = i === step.children.length - 1;
      walk(child, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`);
    }
  };
  for (const trail of trails) walk(trail, '', '');
  return layOut(rows, screen);
}

function layOut(rows: readonly Row[], { width, paint }: Screen): string[] {
  const nameWidth = Math.max(...rows.map(({ branch, name }) => widthOf(branch + name)));
  const cellWidths = [0, 1, 2].map((i) => Math.max(...rows.map(({ cells }) => widthOf(cells[i]!))));
  const figures = cellWidths.reduce((sum, cell) => sum + GAP.length + cell, 0);
  const howRoom = width - INDENT.length - nameWidth - GAP.length - figures;
  const hows = rows.map(({ how }) => widthOf(how)).filter((how) => how <= howRoom);
  const howWidth = Math.max(0, ...hows);
  const left = INDENT.length + nameWidth + GAP.length + howWidth + figures;
  // All remarks beside their steps if they fit, else all below: never ragged.
  const beside = rows.every(
    ({ how, remarks }) =>
      widthOf(how) <= howWidth &&
      left + REMARK_GAP.length + widthOf(remarks.map(({ text }) => text).join(REMARK_GAP)) <= width,
  );
  const lines: string[] = [];
  for (const { branch, below, name, how, cells, remarks, details } of rows) {
    const howFits = widthOf(how) <= howWidth;
    const label = `${paint.quiet(branch)}${padEnd(name, nameWidth - widthOf(branch))}`;
    const middle = howWidth > 0 ? `${GAP}${paint.quiet(padEnd(howFits ? how : '', howWidth))}` : '';
    const right = cells.map((cell, i) => `${GAP}${padStart(cell, cellWidths[i]!)}`).join('');
    const said = remarks.map(({ text, style }) => paint[style](text));
    const line = `${INDENT}${label}${middle}${right}`;
    lines.push((beside && said.length > 0 ? `${line}${REMARK_GAP}${said.join(REMARK_GAP)}` : line).trimEnd());
    const under = (text: string): void => void lines.push(`${INDENT}${paint.quiet(below)}${text}`);
    if (!howFits) under(paint.quiet(cut(how, width - INDENT.length - widthOf(below))));
    if (!beside)
      for (const text of remarkLines(remarks, width - INDENT.length - widthOf(below), paint)) under(text);
    for (const detail of details) under(detail);
  }
  return lines;
}

/** Remarks over as few lines as they take. */
function remarkLines(remarks: readonly Remark[], width: number, paint: Paint): string[] {
  const styles = new Map(remarks.map(({ text, style }) => [cut(text, width), style]));
  return flow([...styles.keys()], REMARK_GAP, width).map((line) =>
    line
      .split(REMARK_GAP)
      .map((text) => paint[styles.get(text) ?? 'plain'](text))
      .join(REMARK_GAP),
  );
}

function howOf({ how, inferred }: ReportStep): string {
  return `${inferred ? '~ ' : ''}${clean(how)}`;
}

function cellsOf({ per_run, kind }: ReportStep): Row['cells'] {
  const silent = (kind === 'write' || kind === 'created' || kind === 'opaque') && per_run.objects === 0;
  return [
    counted(per_run.queries, 'query', 'queries'),
    silent ? '' : counted(per_run.objects, 'object'),
    time(per_run.time_ms),
  ];
}

function remarksOf(step: ReportStep, context: ReportContext): Remark[] {
  const { per_run, total, maybe_from } = step;
  const remarks: Remark[] = [];
  const say = (text: string, style: keyof Paint): void => void remarks.push({ text, style });
  const saving = wornText(step);
  if (saving !== null) say(saving, 'alarm');
  const { wait_ms } = total;
  const waits = wait_ms >= context.by_origin.cost_ms * WAIT_SHARE_OF_CONTEXT_MIN;
  if (wait_ms > 0 && waits && wait_ms >= total.cost_ms * WAIT_SHARE_MIN)
    say(`${time(per_run.wait_ms)} waiting for a connection`, 'plain');
  if (total.repeats > 0 && total.repeats >= total.queries * REPEATS_SHARE_MIN)
    say(counted(per_run.repeats, 'identical read'), 'plain');
  if (total.failed > 0) say(`${percent(total.failed / total.queries)} failed`, 'alarm');
  const where = placesText(step, context);
  if (where !== null) say(where, 'plain');
  if (maybe_from.length > 0)
    say(`maybe from ${clean(maybe_from.map(({ how }) => how).join(' or '))}`, 'quiet');
  return remarks;
}

function wornText({ worn, ambiguous, depth }: ReportStep): string | null {
  if (worn === null) return null;
  const batch = depth > 1 ? 'one batch a level' : 'one batch';
  const either = ambiguous ? ', by whichever column' : '';
  const per = worn.per === 'root' ? ' in each root' : '';
  return `worn${either}: ${batch} saves ${time(worn.saving_ms_per_run)}${per}`;
}

/** Where the queries were issued, if not in the context that loaded the origin. */
function placesText({ uses, total }: ReportStep, { path, name }: ReportContext): string | null {
  const elsewhere = uses.filter((use) => use.place !== name && use.queries > 0);
  if (elsewhere.length === 0) return null;
  const all = elsewhere.length === uses.length;
  const parts = elsewhere.slice(0, PLACES_MAX).map((use) => {
    const inside = path.every((part, i) => use.path[i] === part);
    const place = clean((inside ? use.path.slice(path.length) : use.path).join(PATH_SEPARATOR));
    return all && elsewhere.length === 1
      ? `in ${place}`
      : `${percent(use.queries / total.queries)} in ${place}`;
  });
  const more = elsewhere.length - PLACES_MAX;
  return more > 0 ? `${parts.join(', ')} and ${counted(more, 'other context')}` : parts.join(', ');
}

function detailsOf(
  step: ReportStep,
  statements: Readonly<Record<string, string>>,
  plans: boolean,
  width: number,
  paint: Paint,
): string[] {
  const text = step.statements[0] === undefined ? undefined : statements[step.statements[0]];
  const most = plans ? STATEMENT_LINES_MAX : 1;
  const statement = text === undefined ? [] : statementLines(text, width, most).map(paint.quiet);
  if (step.kind === 'opaque') return step.how === '' ? [] : statement;
  const from = step.worn === null && !plans ? null : siteText(step, width);
  const site = from === null ? [] : [paint.quiet(from)];
  if (step.plan === null) return site;
  if (plans) return [...site, ...statement, ...planLines(step.plan, width, paint)];
  return step.worn === null ? [] : [...site, paint.quiet(cut(readsLine(step.plan), width))];
}

/** A statement on a few lines; what is longer is in the JSON. */
function statementLines(text: string, width: number, most: number): string[] {
  const lines = wrap(clean(text.replaceAll(/\s+/g, ' ')), width).map((line) => cut(line, width));
  if (lines.length <= most) return lines;
  const last = `${lines[most - 1]} …`;
  return [...lines.slice(0, most - 1), cut(last, width)];
}
