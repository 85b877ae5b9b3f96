import type { SavedHistory } from '../engines/sql/contents.ts';
import type { SqlCore } from '../engines/sql/core.ts';
import type { Program } from '../engines/sql/fragment.ts';
import { newData, numbersFor } from '../engines/sql/write.ts';
import { StoreError } from '../errors.ts';
import type { Condition } from '../model/conditions.ts';
import { fromScalar } from '../model/datatypes.ts';
import { sameValue } from '../model/document.ts';
import { type Query, readQuery, thingRules } from '../model/query.ts';

/**
 * Compares what the new tables hold of some things with what their documents say they must, on one snapshot.
 * Returns the last id; nothing when there is no thing after `after`.
 */
export function* verifyThings(core: SqlCore, after: number, limit: number): Program<readonly number[]> {
  const { contents, dictionary } = core;
  const next = core.next!;
  const histories = yield* contents.histories({ after, limit });
  if (histories.length === 0) return [];
  const ids = histories.map(({ id }) => id);
  const numbers = yield* numbersFor(core, dictionary, next, histories);
  const found = yield* next.fingerprints(ids);
  for (const history of histories) {
    const expected = next.expected(history, numbers);
    const actual = found.get(history.id)!;
    const at = expected.findIndex((row, i) => row !== actual[i]);
    if (at >= 0 || actual.length > expected.length)
      throw differs(history.key, expected[at], actual[at] ?? actual.at(-1));
  }
  if (newData(core) || next.layout.kind === 'existing') {
    compareHistories(histories, yield* next.histories({ ids }));
  }
  return ids;
}

/** @throws STORE_MIGRATION_VERIFY at the first thing whose revisions are not the same */
function compareHistories(old: readonly SavedHistory[], copied: readonly SavedHistory[]): void {
  const byKey = new Map(copied.map((history) => [history.key, history]));
  for (const history of old) {
    if (!sameHistory(history, byKey.get(history.key))) throw differs(history.key, 'its revisions', 'others');
  }
}

export function sameHistory(old: SavedHistory, copied: SavedHistory | undefined): boolean {
  if (copied === undefined || old.revisions.length !== copied.revisions.length) return false;
  return old.revisions.every((revision, i) => {
    const other = copied.revisions[i]!;
    if (revision.revision !== other.revision || revision.type !== other.type) return false;
    return revision.json === other.json || sameValue(JSON.parse(revision.json), JSON.parse(other.json));
  });
}

/** Queries that find some of these things: by a value of theirs, and sorted by another. */
export function sampleQueries(histories: readonly SavedHistory[], count: number): Query[] {
  const queries: Query[] = [];
  for (const { revisions } of histories) {
    if (queries.length >= count) break;
    const { type, leaves: all } = revisions[revisions.length - 1]!;
    const leaves = all.filter(({ datatype }) => datatype !== 'text');
    const leaf = leaves[queries.length % Math.max(1, leaves.length)];
    if (leaf === undefined) continue;
    const { name, datatype } = leaf;
    const value: Condition = { name, op: '=', datatype, value: fromScalar(datatype, leaf.value) };
    const by = leaves.find((it) => it !== leaf && it.datatype !== 'ref');
    const sort =
      by === undefined ? [] : [{ name: by.name, datatype: by.datatype, direction: 'desc' as const }];
    const conditions: Condition[] = [value, { name: 'type', op: '=', value: type }];
    queries.push(readQuery(conditions, { sort, limit: 20 }, { ...thingRules }));
    queries.push(readQuery([value], { limit: 20 }, { ...thingRules }));
  }
  return queries;
}

/** Runs a query on the old and on the new tables. */
export function* compareQuery(core: SqlCore, query: Query): Program<void> {
  const old = yield* core.things(query);
  const copied = yield* core.things(query, core.dictionary, core.next!);
  if (JSON.stringify(old) !== JSON.stringify(copied)) {
    throw differs(
      `the query ${JSON.stringify(query.node)}`,
      `${old.length} things`,
      `${copied.length} other things`,
    );
  }
}

function differs(what: string, expected: unknown, actual: unknown): StoreError {
  return new StoreError(
    'STORE_MIGRATION_VERIFY',
    `migrate: the copy of ${what} differs (expected ${String(expected)}, found ${String(actual)}); nothing was switched. Abort the migration and report this`,
    { path: what },
  );
}
