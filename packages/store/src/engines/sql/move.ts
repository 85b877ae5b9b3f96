import { type SavedHistory, SavedRevision } from './contents.ts';
import type { SqlCore } from './core.ts';
import type { Dictionary } from './dictionary.ts';
import { type Program, type RowData, raw, render, run, sql } from './fragment.ts';
import { numbersFor } from './write.ts';

/** A revision with all that is known of it. */
class MovedRevision extends SavedRevision {
  readonly created: number;
  readonly author: string | null;
  readonly comment: string | null;

  constructor({ revision, type, json }: SavedRevision, version: RowData) {
    super(revision, type, json);
    this.created = version.created as number;
    this.author = version.author as string | null;
    this.comment = version.comment as string | null;
  }
}

/** A whole thing, on its way to another engine; the id is the source's. */
export interface MovedThing {
  readonly id: number;
  readonly key: string;
  readonly revisions: readonly MovedRevision[];
}

/** Whole things by id above `after`, or with these ids, or with these keys. */
export function* readThings(
  core: SqlCore,
  which:
    | { readonly after: number; readonly limit: number }
    | { readonly ids: readonly number[] }
    | { readonly keys: readonly string[] },
): Program<MovedThing[]> {
  const histories = yield* core.contents.histories(
    'keys' in which ? { ids: yield* idsOf(core, which.keys) } : which,
  );
  if (histories.length === 0) return [];
  const among = core.dialect.oneOf(
    raw('thing_id'),
    histories.map(({ id }) => id),
    'int',
  );
  const rows = yield* ask(
    core,
    sql`select thing_id, revision, created, author, comment from ${raw(core.system.version.name)} where ${among}`,
  );
  const notes = new Map(rows.map((row) => [`${row.thing_id} ${row.revision}`, row]));
  return histories.map(({ id, key, revisions }) => ({
    id,
    key,
    revisions: revisions.map((it) => new MovedRevision(it, notes.get(`${id} ${it.revision}`)!)),
  }));
}

/**
 * Puts whole things in place of what is there. Things referred to that are not there yet get a number and no
 * revision (`latest_revision` 0): nothing finds them before they come.
 */
export function* placeThings(
  core: SqlCore,
  dictionary: Dictionary,
  things: readonly MovedThing[],
): Program<void> {
  const { thing, version } = core.system;
  const ids = yield* numberThings(core, things);
  const histories: SavedHistory[] = things.map(({ key, revisions }) => ({
    id: ids.get(key)!,
    key,
    revisions,
  }));
  yield* core.dialect.updateThings(
    thing,
    things.map(({ key, revisions }) => {
      const latest = revisions[revisions.length - 1]!;
      return [latest.type, latest.revision, latest.created, ids.get(key)!];
    }),
  );
  for (const { key, revisions } of things) {
    yield* ask(
      core,
      sql`update ${raw(thing.name)} set created = ${revisions[0]!.created} where id = ${ids.get(key)!}`,
    );
  }
  yield* core.dialect.deleteRows(
    version.name,
    ['thing_id'],
    histories.map(({ id }) => [id]),
  );
  yield* core.dialect.insert(
    version,
    things.flatMap(({ key, revisions }) =>
      revisions.map((it) => [ids.get(key)!, it.revision, it.type, it.created, it.author, it.comment]),
    ),
  );
  const known = { keyId: () => 0, thingId: (key: string) => ids.get(key)! };
  const numbers = yield* numbersFor(core, dictionary, core.contents, histories, known);
  yield* core.contents.rewrite(histories, numbers, core.state.current.data !== null);
}

function* numberThings(core: SqlCore, things: readonly MovedThing[]): Program<Map<string, number>> {
  const keys = new Set(things.map(({ key }) => key));
  for (const { revisions } of things) {
    for (const { leaves } of revisions) {
      for (const leaf of leaves) if (leaf.datatype === 'ref') keys.add(leaf.value as string);
    }
  }
  const known = yield* numbersOf(core, [...keys]);
  const missing = [...keys].filter((key) => !known.has(key)).sort();
  const added = yield* core.dialect.insertThings(
    core.system.thing,
    missing.map((key) => [key, '', 0, 0, 0]),
  );
  for (const [key, id] of added) known.set(key, id);
  return known;
}

function* numbersOf(core: SqlCore, keys: readonly string[]): Program<Map<string, number>> {
  const among = core.dialect.oneOf(raw('key'), keys, 'text');
  const rows = yield* ask(core, sql`select id, key from ${raw(core.system.thing.name)} where ${among}`);
  return new Map(rows.map((row) => [row.key as string, row.id as number]));
}

function* idsOf(core: SqlCore, keys: readonly string[]): Program<number[]> {
  return [...(yield* numbersOf(core, keys)).values()];
}

function* ask(core: SqlCore, fragment: ReturnType<typeof sql>): ReturnType<typeof run> {
  const { text, values } = render(fragment, (i) => core.dialect.placeholder(i));
  return yield* run(text, values);
}
