import type { EntityName, Reference } from '@cowpath/profile';
import type { Domain, Key, Table } from '../catalog/catalog.ts';
import { RECORDER_LIMITS } from '../recorder/limits.ts';
import type { Observed } from '../recorder/observed.ts';
import { insertedRowsOf, type Statement, type Tuple, valuesOf } from '../sql/index.ts';
import { Candidate } from './candidate.ts';
import type { Execution, Group, Match } from './group.ts';
import { referenceBetween } from './reference.ts';
import type { Asked } from './resolve.ts';
import type { RootTrails } from './root-trails.ts';
import { type Entry, Source } from './source.ts';

/** Of a list's values, so many must be at a source for the list to have come from it. */
const LIST_SHARE_MIN = 0.9;

/**
 * Walks a root's statements in the order in which they were issued, with what had come back by then, and
 * notes for each which sources explain its values. Nothing is decided here.
 */
export class Timeline {
  readonly #trails: RootTrails;
  /** Objects loaded at start-up, followed from when nothing under the root itself explains a value. */
  readonly #outer: RootTrails | null;

  constructor(trails: RootTrails, outer: RootTrails | null) {
    this.#trails = trails;
    this.#outer = outer;
  }

  /** Looks for what explains an execution, then lets its own rows arrive when their time comes. */
  add(execution: Execution, statement: Statement, entity: (table: Table) => EntityName): void {
    const observed = execution.observed!;
    this.#admit(observed.issuedAt);
    if (execution.resolved.reads && !observed.failed) this.#match(execution, observed, statement, entity);
    const at = observed.firstRowAt || observed.doneAt;
    const arriving = this.#trails.arriving;
    // Nearly in order already: statements end about as they began.
    let place = arriving.length;
    while (place > 0 && arriving[place - 1]!.at > at) place--;
    arriving.splice(place, 0, { at, admit: () => this.#arrive(execution, observed, statement) });
  }

  /** Lets everything arrive that has ended. */
  finish(): void {
    this.#admit(Number.POSITIVE_INFINITY);
  }

  #admit(until: number): void {
    const arriving = this.#trails.arriving;
    let arrived = 0;
    while (arrived < arriving.length && arriving[arrived]!.at <= until) arriving[arrived++]!.admit();
    if (arrived > 0) arriving.splice(0, arrived);
  }

  #match(
    execution: Execution,
    observed: Observed,
    statement: Statement,
    entity: (table: Table) => EntityName,
  ): void {
    for (const asked of execution.resolved.asked) {
      const tuples = tuplesOf(asked, statement, observed.parameters ?? []);
      if (tuples.length === 0) continue;
      execution.keys ??= tuples;
      execution.asked = `${execution.asked ?? ''}${tuples.join('\u001f')}\u001e`;
      const found = this.#explain(execution, asked, tuples, this.#trails, entity);
      if (!found && this.#outer !== null) this.#explain(execution, asked, tuples, this.#outer, entity);
    }
  }

  /** Tries every source of the key's domains; returns whether one explains the values. */
  #explain(
    execution: Execution,
    asked: Asked,
    tuples: readonly string[],
    trails: RootTrails,
    entity: (table: Table) => EntityName,
  ): boolean {
    let explained = false;
    const { group } = execution;
    const sources = new Set(
      asked.key.domains.flatMap((domain) => trails.sources.get(sourcesKey(group, domain)) ?? []),
    );
    for (const source of sources) {
      if (source.entries.size === 0) continue;
      const candidate = this.#candidate(group, asked, source, entity);
      if (candidate === null) continue;
      candidate.tested++;
      const match = weigh(candidate, tuples);
      if (match === null) continue;
      candidate.explains++;
      candidate.promise += match.log_ratio;
      execution.matches.push(match);
      explained = true;
    }
    return explained;
  }

  #candidate(
    group: Group,
    asked: Asked,
    source: Source,
    entity: (table: Table) => EntityName,
  ): Candidate | null {
    const id = `${source.group.id}\u0001${source.key.table.id}\u0001${source.key.columns.join()}\u0001${asked.key.table.id}\u0001${asked.key.columns.join()}`;
    const known = group.candidates.get(id);
    if (known) return known;
    const reference = this.#reference(group.database, source.key, asked, entity);
    if (reference === null) return null;
    // The same statement for a row that it brought itself is a repeated read, and leads nowhere.
    if (reference.holder === 'neither' && source.group === group) return null;
    const candidate = new Candidate(asked, source, reference);
    group.candidates.set(id, candidate);
    return candidate;
  }

  /** One object for each reference, so that references are compared by identity. */
  #reference(
    database: string,
    from: Key,
    asked: Asked,
    entity: (table: Table) => EntityName,
  ): Reference | null {
    // Tables of two databases may have the same numbers: one may be made as a copy of the other.
    const id = `${database}\u0001${from.table.id}.${from.columns.join()}>${asked.key.table.id}.${asked.key.columns.join()}>${asked.to.id}>${asked.through?.from.columns.join() ?? ''}`;
    const known = this.#trails.references.get(id);
    if (known !== undefined) return known;
    const reference = referenceBetween(from, asked, entity);
    this.#trails.references.set(id, reference);
    return reference;
  }

  /** The rows of a statement become sources. */
  #arrive(execution: Execution, observed: Observed, statement: Statement): void {
    const { resolved, group } = execution;
    const kept = observed.kept?.length ?? 0;
    group.columns = observed.fields?.length ?? 0;
    if (resolved.supplied.length > 0 && !observed.failed) {
      const rows = insertedRowsOf(statement, resolved.analysis, observed.parameters ?? []);
      for (const { key, positions } of resolved.supplied) {
        const returned = resolved.returned.some((one) => one.key.columns.join() === key.columns.join());
        if (!returned) this.#addRows(execution, group, key, rows, positions);
      }
    }
    if (resolved.primary !== null && kept > 0) {
      execution.keys = [];
      for (let row = 0; row + kept <= observed.values.length; row += kept) {
        const value = joined(resolved.primary.map((position) => observed.values[row + position]));
        if (value !== null) execution.keys.push(value);
      }
    }
    for (const { key, positions } of resolved.returned) {
      const source = this.#source(group, key);
      if (source === null) continue;
      source.beginStatement();
      for (let row = 0; row + kept <= observed.values.length && kept > 0; row += kept) {
        this.#addValue(
          source,
          positions.map((position) => observed.values[row + position]),
          execution,
        );
      }
    }
    observed.values = [];
  }

  #addRows(
    execution: Execution,
    group: Group,
    key: Key,
    rows: readonly Tuple[],
    positions: readonly number[],
  ): void {
    const source = this.#source(group, key);
    if (source === null) return;
    source.supplied = true;
    source.beginStatement();
    for (const row of rows)
      this.#addValue(
        source,
        positions.map((position) => row[position]),
        execution,
      );
  }

  #addValue(source: Source, values: readonly (string | null | undefined)[], execution: Execution): void {
    const value = joined(values);
    if (value === null) return;
    const before = source.entries.size;
    source.add(value, execution);
    this.#trails.valueCount += source.entries.size - before;
    if (this.#trails.valueCount > RECORDER_LIMITS.values_per_root_max) this.#makeRoom();
  }

  /** The column with most values lets go of its older ones. */
  #makeRoom(): void {
    const sources = [...this.#trails.sources.values()].flat();
    const most = sources.reduce((a, b) => (b.entries.size > a.entries.size ? b : a));
    const before = most.entries.size;
    most.forgetHalf();
    this.#trails.valueCount += most.entries.size - before;
  }

  #source(group: Group, key: Key): Source | null {
    const { sources } = this.#trails;
    const domain = key.domains[0];
    if (!domain) return null;
    const known = sources
      .get(sourcesKey(group, domain))
      ?.find((one) => one.group === group && one.key === key);
    if (known) return known;
    if (this.#trails.sourceCount >= RECORDER_LIMITS.sources_per_root_max) return null;
    this.#trails.sourceCount++;
    const source = new Source(group, key, RECORDER_LIMITS.values_per_source_max);
    for (const domain of key.domains) {
      const id = sourcesKey(group, domain);
      const of = sources.get(id);
      if (of) of.push(source);
      else sources.set(id, [source]);
    }
    return source;
  }
}

function sourcesKey(group: Group, domain: Domain): string {
  return `${group.database}\u0001${domain.id}`;
}

/** What a candidate makes of an execution's values; null when it does not explain them. */
function weigh(candidate: Candidate, tuples: readonly string[]): Match | null {
  const { source } = candidate;
  if (tuples.length === 1) {
    const entry = source.find(tuples[0]!);
    if (!entry) return null;
    return {
      candidate,
      from: entry.from,
      values: tuples,
      entries: [entry],
      log_ratio: candidate.weigh(entry),
    };
  }
  const found: Entry[] = [];
  const values: string[] = [];
  for (const tuple of tuples) {
    const entry = source.find(tuple);
    if (!entry) continue;
    found.push(entry);
    values.push(tuple);
  }
  if (found.length === 0 || found.length < tuples.length * LIST_SHARE_MIN) return null;
  const log_ratio = candidate.weighList(found, tuples.length - found.length);
  return { candidate, from: found[0]!.from, values, entries: found, log_ratio };
}

/** The values asked for in a key's columns, one string a tuple; without those that cannot be keys. */
function tuplesOf(
  asked: Asked,
  statement: Statement,
  parameters: readonly (string | null | undefined)[],
): string[] {
  const columns = asked.slots.map(({ predicate, place }) =>
    valuesOf(statement, predicate, parameters).map((tuple) => tuple[place]),
  );
  const length = Math.max(...columns.map((column) => column.length));
  const tuples: string[] = [];
  for (let i = 0; i < length; i++) {
    const value = joined(columns.map((column) => (column.length === 1 ? column[0] : column[i])));
    if (value !== null) tuples.push(value);
  }
  return tuples;
}

/** A key's values as one string; null when one of them is missing. */
function joined(values: readonly (string | null | undefined)[]): string | null {
  if (values.length === 1) return canonical(values[0]);
  let text = '';
  for (const value of values) {
    if (value === null || value === undefined) return null;
    text += `${value.length}:${canonical(value)}`;
  }
  return text;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A UUID means the same in upper case; the database writes it in lower. */
function canonical(value: string | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  return value.length === 36 && value[8] === '-' && UUID.test(value) ? value.toLowerCase() : value;
}
