import { StoreError } from '../../errors.ts';
import type { Check, Note, Write, Written } from '../engine.ts';
import { checkReferences, type Planned, planWrite } from '../plan.ts';
import type { Numbers, Saved, SavedHistory } from './contents.ts';
import type { SqlCore } from './core.ts';
import type { Dictionary } from './dictionary.ts';
import { type Program, raw, render, run, sql, together } from './fragment.ts';

/** A thing as references need it. */
interface Target {
  readonly id: number;
  readonly type: string;
}

/**
 * One atomic batch, inside a transaction that the driver has begun. Things are locked in the order of their
 * keys, so that batches which meet wait for each other and never in a circle.
 */
export function* writeThings(
  core: SqlCore,
  dictionary: Dictionary,
  writes: readonly Write[],
  note: Note,
  check: Check,
): Program<Written[]> {
  const { contents } = core;
  const keys = writes.map(({ key }) => key).sort();
  const rows = yield* contents.current(keys, true);
  const current = new Map(rows.map((row) => [row.key, row]));
  const plans = writes.map((write) => planWrite(write, current.get(write.key), check));
  const changed = plans.filter((plan) => plan.changed);
  const results = plans.map(({ key, revision, changed: made }) => ({ key, revision, changed: made }));
  if (changed.length === 0) return results;

  const targets = yield* findTargets(core, changed);
  for (const [key, row] of current) targets.set(key, { id: row.id, type: row.type });
  for (const { key, type } of changed) targets.set(key, { id: targets.get(key)?.id ?? 0, type });
  for (const plan of changed) checkReferences(plan, (key) => targets.get(key)?.type);

  yield* addThings(core, changed, targets, note);
  yield* dictionary.ensure(namesOf(core, dictionary, changed));
  const saved = changed.map((plan) => savedOf(plan, targets));
  const numbers: Numbers = {
    keyId: (type, name) => dictionary.id(type, name)!,
    thingId: (key) => targets.get(key)!.id,
  };
  yield* together(putRevisions(core, saved, note, numbers), core.state.migration === null);
  yield* followMigration(core, dictionary, saved, numbers);
  return results;
}

function* putRevisions(
  { contents, dialect, system }: SqlCore,
  saved: readonly Saved[],
  note: Note,
  numbers: Numbers,
): Program<void> {
  const updated = saved.filter(({ before }) => before !== undefined);
  yield* dialect.updateThings(
    system.thing,
    updated.map(({ id, type, revision }) => [type, revision, note.time, id]),
  );
  const { author, comment, time } = note;
  yield* dialect.insert(
    system.version,
    saved.map(({ id, revision, type }) => [id, revision, type, time, author, comment]),
  );
  yield* contents.add(saved, numbers);
}

/** The things that the documents refer to, where that is to be checked or written. */
function* findTargets(core: SqlCore, plans: readonly Planned[]): Program<Map<string, Target>> {
  const wanted = new Set<string>();
  for (const { type, leaves, keepsReferences } of plans) {
    if (keepsReferences && !hasReferenceColumns(core, type)) continue;
    for (const { datatype, value } of leaves) if (datatype === 'ref') wanted.add(value as string);
  }
  if (wanted.size === 0) return new Map();
  return yield* targetsOf(core, [...wanted]);
}

/** Whether rows of a type hold references beside other values, so that they are written again with those. */
function hasReferenceColumns({ contents }: SqlCore, type: string): boolean {
  return contents.projections.some(
    ({ projection }) =>
      projection.type === type && projection.columns.some(({ datatype }) => datatype === 'ref'),
  );
}

function* targetsOf(core: SqlCore, keys: readonly string[]): Program<Map<string, Target>> {
  const { dialect, system } = core;
  const query = render(
    sql`select id, key, type from ${raw(system.thing.name)} where ${dialect.oneOf(raw('key'), keys, 'text')} and latest_revision > 0`,
    (i) => dialect.placeholder(i),
  );
  const rows = yield* run(query.text, query.values);
  return new Map(rows.map((row) => [row.key as string, { id: row.id as number, type: row.type as string }]));
}

/** Adds the things that are created, and gives them their ids. */
function* addThings(
  core: SqlCore,
  plans: readonly Planned[],
  targets: Map<string, Target>,
  note: Note,
): Program<void> {
  const created = plans.filter(({ revision }) => revision === 1);
  if (created.length === 0) return;
  const ordered = created.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const ids = yield* core.dialect.insertThings(
    core.system.thing,
    ordered.map(({ key, type }) => [key, type, 1, note.time, note.time]),
  );
  for (const { key, type } of created) {
    const id = ids.get(key);
    if (id === undefined) {
      // Another writer created it after this one had looked.
      throw new StoreError(
        'STORE_ALREADY_EXISTS',
        `create: ${JSON.stringify(key)} exists already; use update`,
        {
          path: key,
        },
      );
    }
    targets.set(key, { id, type });
  }
}

/** The names that have no numbers yet, as far as the dictionary knows. */
function namesOf(core: SqlCore, dictionary: Dictionary, plans: readonly Planned[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (const { type, document, leaves } of plans) {
    for (const contents of [core.contents, core.next]) {
      for (const name of contents?.names(document, leaves) ?? []) {
        if (dictionary.id(type, name) === undefined) pairs.push([type, name]);
      }
    }
  }
  return pairs;
}

function savedOf(plan: Planned, targets: ReadonlyMap<string, Target>): Saved {
  const { key, revision, type, json, document, leaves, before } = plan;
  return { id: targets.get(key)!.id, key, revision, type, json, document, leaves, before };
}

/** While a migration copies, its tables get what is written; or what was written is noted for it. */
function* followMigration(
  core: SqlCore,
  dictionary: Dictionary,
  saved: readonly Saved[],
  numbers: Numbers,
): Program<void> {
  const { migration } = core.state;
  if (migration?.kind === 'engine') {
    yield* core.dialect.insert(
      core.system.changed,
      saved.map(({ id }) => [id]),
    );
  }
  if (core.next !== undefined)
    yield* copyThings(core, dictionary, { ids: saved.map(({ id }) => id) }, numbers);
}

/**
 * Fills the migration's tables with all that the present ones hold of some things, and returns the last id.
 * Writers do it for what they write, whether or not the copying has come that far: it replaces what is there.
 */
export function* copyThings(
  core: SqlCore,
  dictionary: Dictionary,
  which: Parameters<SqlCore['contents']['histories']>[0],
  known?: Numbers,
): Program<readonly number[]> {
  const next = core.next!;
  const histories = yield* core.contents.histories(which);
  const numbers = yield* numbersFor(core, dictionary, next, histories, known);
  yield* next.rewrite(histories, numbers, newData(core));
  return histories.map(({ id }) => id);
}

/** Whether the migration's revisions are kept in another table than the present ones. */
export function newData(core: SqlCore): boolean {
  const { current, migration } = core.state;
  return migration?.kind === 'layout' && migration.to.data !== null && migration.to.data !== current.data;
}

/** Numbers for every name and reference in some histories. */
export function* numbersFor(
  core: SqlCore,
  dictionary: Dictionary,
  contents: SqlCore['contents'],
  histories: readonly SavedHistory[],
  known?: Numbers,
): Program<Numbers> {
  const pairs: (readonly [string, string])[] = [];
  const references = new Set<string>();
  for (const history of histories) {
    for (const { type, document, leaves } of contents.held(history)) {
      for (const name of contents.names(document, leaves)) pairs.push([type, name]);
      for (const leaf of leaves) if (leaf.datatype === 'ref') references.add(leaf.value as string);
    }
  }
  yield* dictionary.ensure(pairs);
  const targets = references.size === 0 ? new Map<string, Target>() : yield* targetsOf(core, [...references]);
  return {
    keyId: (type, name) => dictionary.id(type, name)!,
    thingId: (key) => targets.get(key)?.id ?? known!.thingId(key),
  };
}
