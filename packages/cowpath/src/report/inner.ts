import type { ReportContext, ReportInner } from './model.ts';
import { PATH_SEPARATOR } from './names.ts';

/** The inner contexts that occur under several outer ones, the most costly first, each with its uses side by side. */
export function innerUses(contexts: readonly ReportContext[]): ReportInner[] {
  const byName = Map.groupBy(
    contexts.filter(({ path }) => path.length > 1),
    ({ path }) => path.at(-1)!,
  );
  return [...byName]
    .filter(([, uses]) => uses.length > 1)
    .map(([name, uses]) => ({
      name,
      uses: uses.map((context) => ({
        outer: context.path.slice(0, -1).join(PATH_SEPARATOR),
        path: context.path,
        runs: context.runs,
        queries_per_run: context.inclusive.per_run.queries,
        objects_per_run: context.inclusive.per_run.objects,
        cost_ms_per_run: context.inclusive.per_run.cost_ms,
        share: context.inclusive.share,
        worn: context.worn,
      })),
    }));
}
