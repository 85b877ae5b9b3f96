import type { EntityName, Origin, Reference } from '@cowpath/profile';

/** A step's name and how it was reached, for people. */
export interface Label {
  readonly name: string;
  readonly how: string;
}

/** How contexts are joined in a path. */
export const PATH_SEPARATOR = ' > ';

/**
 * Names entities as shortly as the profile allows: the schema unless it is `public` or the only one, the
 * database only if there are several.
 */
export class Names {
  /** The schema of every entity in the profile, if it is one and not `public`. */
  readonly onlySchema: string | null;
  readonly #severalDatabases: boolean;

  constructor(entities: Iterable<EntityName>) {
    const databases = new Set<string>();
    const schemas = new Set<string>();
    for (const { database, schema } of entities) {
      databases.add(database);
      if (schema !== null) schemas.add(schema);
    }
    const [schema] = schemas;
    this.onlySchema = schema !== undefined && schemas.size === 1 && schema !== 'public' ? schema : null;
    this.#severalDatabases = databases.size > 1;
  }

  entity({ database, schema, table }: EntityName): string {
    const plain = schema === null || schema === 'public' || schema === this.onlySchema;
    return `${this.#severalDatabases ? `${database}:` : ''}${plain ? '' : `${schema}.`}${table}`;
  }

  columns(entity: EntityName, columns: readonly string[]): string {
    return `${this.entity(entity)}.${list(columns)}`;
  }

  origin(origin: Origin): Label {
    switch (origin.kind) {
      case 'query':
        return {
          name: origin.entity === null ? '(no table)' : this.entity(origin.entity),
          how: [by(origin.by), ordered(origin.order)].filter((part) => part !== '').join(', '),
        };
      case 'created':
        return { name: this.entity(origin.entity), how: 'created' };
      case 'write':
        return { name: `${origin.verb} ${this.entity(origin.entity)}`, how: by(origin.by) };
      case 'named':
        return { name: origin.name, how: '' };
      case 'opaque':
        // Not a mystery, only no origin of objects: said as what it is.
        return KNOWN_STATEMENT.test(origin.because)
          ? { name: `(${origin.because})`, how: '' }
          : { name: '(opaque)', how: origin.because };
    }
  }

  reference(reference: Reference, depth = 1): Label {
    return {
      name: this.#target(reference),
      how: `${this.#path(reference)}${depth > 1 ? `  depth ${depth}` : ''}`,
    };
  }

  /** Whence and how a reference leads, where that stands alone: `book.author_id`, `book by review.book_id`. */
  candidate(reference: Reference): string {
    const { from, holder, via } = reference;
    const path = this.#path(reference);
    if (via === null && holder === 'from') return path;
    if (via === null && holder === 'to') return `${this.entity(from)} by ${path}`;
    return `${this.entity(from)} ${path}`;
  }

  #target({ from, to, holder, many, via }: Reference): string {
    const again = holder === 'neither' && via === null && this.entity(from) === this.entity(to);
    return `${this.entity(to)}${many ? '[]' : ''}${again ? ' again' : ''}`;
  }

  #path(reference: Reference): string {
    const { from, from_columns, to, to_columns, via, holder, or_columns } = reference;
    const froms = [from_columns, ...or_columns].map((columns) => this.columns(from, columns)).join(' or ');
    const ambiguous = or_columns.length > 0;
    if (via !== null) return `through ${this.entity(via)}${ambiguous ? ` from ${froms}` : ''}`;
    switch (holder) {
      case 'from':
        return froms;
      case 'to':
        return `${this.columns(to, to_columns)}${ambiguous ? ` = ${froms}` : ''}`;
      case 'both':
        return `${this.columns(to, to_columns)} = ${froms}`;
      case 'neither':
        return this.entity(from) === this.entity(to)
          ? by(to_columns)
          : `${this.columns(to, to_columns)} = ${froms}`;
    }
  }
}

const KNOWN_STATEMENT = /^(transaction control|\w+ statement)$/;

function by(columns: readonly string[]): string {
  return columns.length === 0 ? '' : `by ${columns.join(', ')}`;
}

function ordered(columns: readonly string[]): string {
  return columns.length === 0 ? '' : `ordered by ${columns.join(', ')}`;
}

function list(columns: readonly string[]): string {
  return columns.length === 1 ? columns[0]! : `(${columns.join(', ')})`;
}
