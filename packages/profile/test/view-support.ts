/** Profiles made by hand, for the tests of the view. */
import type {
  ContextProfile,
  ContextView,
  ProfileBuilder,
  ProfileView,
  Step,
  StepView,
} from '../src/index.ts';

export const MS = 1_000_000;

export function ran(builder: ProfileBuilder, path: string[], runs: number): ContextProfile {
  const context = builder.context(path);
  for (let i = 0; i < runs; i++) context.ran(50 * MS);
  return context;
}

/** Adds queries of one time in one place. */
export function count(step: Step, place: string[], queries: number, roots: number, ms: number): Step {
  const use = step.use(place);
  use.queries += queries;
  use.objects += queries;
  use.roots += roots;
  use.time.record(ms * MS, queries);
  use.wait.record(0, queries);
  return step;
}

export function at(view: ProfileView, ...path: string[]): ContextView {
  const found = view.contexts.find((context) => context.path.join() === path.join());
  if (!found) throw new Error(`no context ${path.join()}`);
  return found;
}

/** The shape of a trail: tables, with their queries. */
export function shape(step: StepView): unknown {
  const from = step.origin;
  const name = step.reference?.to.table ?? (from !== null && 'entity' in from ? from.entity?.table : null);
  return [name, step.total.queries, ...step.children.map(shape)];
}
