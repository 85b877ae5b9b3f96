import type { ReportContext } from './model.ts';
import { clean } from './screen.ts';

/**
 * The contexts that have `wanted` as a name in their path; if there is none, those whose path contains it,
 * whatever the case.
 *
 * @throws Error `COWPATH_NO_CONTEXT`, which says what there is
 */
export function selectContexts(contexts: readonly ReportContext[], wanted: string): ReportContext[] {
  const named = contexts.filter(({ name, path }) => name === wanted || path.includes(wanted));
  if (named.length > 0) return named;
  const text = wanted.toLowerCase();
  const containing = contexts.filter(({ name }) => name.toLowerCase().includes(text));
  if (containing.length > 0) return containing;
  const there = contexts.slice(0, NAMED_MAX).map(({ name }) => JSON.stringify(clean(name)));
  const more = contexts.length > NAMED_MAX ? ` and ${contexts.length - NAMED_MAX} more` : '';
  const message = `No context has ${JSON.stringify(wanted)} in its path. There are: ${there.join(', ')}${more}.`;
  throw Object.assign(new Error(message), { code: 'COWPATH_NO_CONTEXT' });
}

/** So many contexts are named in the error. */
const NAMED_MAX = 10;
