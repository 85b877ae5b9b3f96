import type { PlanRecord, PlanStep } from '@cowpath/profile';
import { clean, cut, type Paint, padEnd, padStart, widthOf } from './screen.ts';
import { count, counted, time } from './units.ts';

const NS_PER_MS = 1e6;
const LABEL_WIDTH_MIN = 12;
const HEADS = ['rows in', 'rows out', 'hit', 'read', 'time'] as const;

/** A plan as a table: a line a step, figures an execution. */
export function planLines(plan: PlanRecord, width: number, paint: Paint): string[] {
  const samples = Math.max(1, plan.samples);
  const rows: { label: string; cells: string[] }[] = [];
  const walk = (step: PlanStep, branch: string, below: string): void => {
    rows.push({ label: `${branch}${labelOf(step)}`, cells: cellsOf(step, samples) });
    for (const [i, child] of step.children.entries()) {
      const last = i === step.children.length - 1;
      walk(child, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`);
    }
  };
  walk(plan.root, '', '');
  const widths = HEADS.map((head, i) =>
    Math.max(widthOf(head), ...rows.map(({ cells }) => widthOf(cells[i]!))),
  );
  const figures = widths.reduce((sum, cell) => sum + cell + 2, 0);
  const title = `plan, mean of ${counted(plan.samples, 'execution')}`;
  const labels = [title, ...rows.map(({ label }) => label)];
  const longest = Math.max(...labels.map((label) => widthOf(label)));
  const labelWidth = Math.max(LABEL_WIDTH_MIN, Math.min(width - figures, longest));
  const line = (label: string, cells: readonly string[]): string =>
    padEnd(cut(label, labelWidth), labelWidth) +
    cells.map((cell, i) => `  ${padStart(cell, widths[i]!)}`).join('');
  return [
    paint.quiet(line(title, HEADS)),
    ...rows.map(({ label, cells }) => line(label, cells)),
    ...tablesOf(plan).map((table) => paint.quiet(cut(tableText(table, samples), width))),
  ];
}

/** A plan in one line: what was read of each table, an execution. */
export function readsLine(plan: PlanRecord): string {
  const samples = Math.max(1, plan.samples);
  return `reads ${tablesOf(plan)
    .map((table) => tableText(table, samples))
    .join('; ')}`;
}

function labelOf({ node, relation, index, condition }: PlanStep): string {
  const on = relation === null ? '' : ` on ${relation}`;
  const using = index === null ? '' : ` using ${index}`;
  const where = condition === null ? '' : `  ${condition}`;
  return clean(`${node}${on}${using}${where}`);
}

function cellsOf(step: PlanStep, samples: number): string[] {
  const { rows_in, rows_out, blocks_hit, blocks_read, time_ns } = step;
  const figures = [rows_in, rows_out, blocks_hit, blocks_read].map((n) => count(n / samples));
  return [...figures, time(time_ns / NS_PER_MS / samples)];
}

interface TableReads {
  readonly relation: string;
  rows_in: number;
  rows_out: number;
  blocks_hit: number;
  blocks_read: number;
}

/** What was read of each table, its indexes included; sums over the samples. */
function tablesOf({ root }: PlanRecord): TableReads[] {
  const tables = new Map<string, TableReads>();
  // Gives back the blocks that tables below have taken, since Postgres counts a step's children in its own.
  const walk = (step: PlanStep): { hit: number; read: number } => {
    const below = { hit: 0, read: 0 };
    for (const child of step.children) {
      const taken = walk(child);
      below.hit += taken.hit;
      below.read += taken.read;
    }
    if (step.relation === null) return below;
    const { relation } = step;
    const table = tables.get(relation) ?? {
      relation,
      rows_in: 0,
      rows_out: 0,
      blocks_hit: 0,
      blocks_read: 0,
    };
    tables.set(relation, table);
    table.rows_in += step.rows_in;
    table.rows_out += step.rows_out;
    table.blocks_hit += Math.max(0, step.blocks_hit - below.hit);
    table.blocks_read += Math.max(0, step.blocks_read - below.read);
    return { hit: Math.max(step.blocks_hit, below.hit), read: Math.max(step.blocks_read, below.read) };
  };
  walk(root);
  return [...tables.values()];
}

function tableText(
  { relation, rows_in, rows_out, blocks_hit, blocks_read }: TableReads,
  samples: number,
): string {
  const rows = `${counted(rows_in / samples, 'row')} in, ${count(rows_out / samples)} out`;
  const blocks = `${counted(blocks_hit / samples, 'block')} hit, ${count(blocks_read / samples)} read`;
  return `${clean(relation)}: ${rows}, ${blocks}`;
}
