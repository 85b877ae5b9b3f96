import type { PageResult } from './compare.ts';
import { type Counts, type Trail, trailKey } from './trails.ts';

/** One row for each page: what documents quote. */
export function table(title: string, results: readonly PageResult[]): string {
  const head = [
    'page',
    'requests',
    'true trails',
    'found',
    'false',
    'ambiguous',
    'miscounted',
    'coincidences',
  ];
  const row = (name: string, requests: number | string, of: readonly PageResult[]): string[] => {
    const sum = (count: (result: PageResult) => number): number =>
      of.reduce((total, one) => total + count(one), 0);
    return [
      name,
      String(requests),
      String(sum(({ occurred }) => occurred.length)),
      String(sum(({ occurred, missed }) => occurred.length - missed.length)),
      String(sum(({ wrong }) => wrong.length)),
      String(sum(({ ambiguous }) => ambiguous.length)),
      String(sum(({ miscounted }) => miscounted.length)),
      String(sum(({ coincidences }) => coincidences)),
    ];
  };
  const rows = results.map((result) =>
    row(result.page.shows || result.page.root, result.page.requests, [result]),
  );
  rows.push(
    row(
      'all',
      results.reduce((sum, { page }) => sum + page.requests, 0),
      results,
    ),
  );
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return [title, line(head), ...rows.map(line)].join('\n');
}

/** What went wrong on these pages, with both trees; empty when nothing did. */
export function explain(results: readonly PageResult[]): string {
  return results
    .filter(({ missed, wrong, miscounted }) => missed.length + wrong.length + miscounted.length > 0)
    .map((result) => {
      const lines = [`${result.page.root} (${result.page.shows})`];
      for (const trail of result.missed) lines.push(`  missed      ${name(trail)}`);
      for (const trail of result.wrong) lines.push(`  false       ${name(trail)}`);
      for (const { trail, place, expected, got } of result.miscounted) {
        lines.push(
          `  miscounted  ${name(trail)}`,
          `              in ${place}: ${counts(expected)}, got ${counts(got)}`,
        );
      }
      return [...lines, '  expected', ...tree(result.expected), '  got', ...tree(result.got)].join('\n');
    })
    .join('\n\n');
}

function name(trail: Trail): string {
  return [`[${trail.context}] ${trail.origin}`, ...trail.chain].join('  =>  ');
}

function counts({ queries, objects }: Counts): string {
  return `${queries} queries, ${objects === null ? 'any' : objects} objects`;
}

function tree(trails: readonly Trail[]): string[] {
  return [...trails]
    .sort((a, b) => (trailKey(a) < trailKey(b) ? -1 : 1))
    .map((trail) => {
      const label = trail.chain.length === 0 ? `[${trail.context}] ${trail.origin}` : trail.chain.at(-1)!;
      const others = trail.others.length > 0 ? `  or ${trail.others.join(' or ')}` : '';
      const uses = [...trail.places].map(([place, use]) =>
        place === trail.context ? counts(use) : `${counts(use)} in ${place}`,
      );
      return `    ${'  '.repeat(trail.chain.length)}${label}${others}  ${uses.join('; ')}`;
    });
}
