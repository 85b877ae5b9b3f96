import type { EntityName, Origin, Reference } from '@cowpath/profile';

/** A step's name and how it was reached, for people. */
export interface Label {
  readonly name: string;
  readonly how: string;
}

/** How contexts are joined in a path. */
export const PATH_SEPARATOR = ' > ';

/** Names entities as shortly as the profile allows: schema unless public, database only if there are several. */
export class Names {
  readonly #severalDatabases: boolean;

  constructor(databases: ReadonlySet<string>) {
    this.#severalDatabases = databases.size > 1;
  }

  entity({ database, schema, table }: EntityName): string {
    const parts = [table];
    if (schema !== null && schema !== 'public') parts.unshift(schema);
    if (this.#severalDatabases) parts.unshift(`${database}:`);
    return parts.join('.').replace(':.', ':');
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
        return { name: '(opaque)', how: origin.because };
    }
  }

  reference(reference: Reference, depth = 1): Label {
    return {
      name: this.#target(reference),
      how: `${this.#path(reference)}${depth > 1 ? `  depth ${depth}` : ''}`,
    };
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

function by(columns: readonly string[]): string {
  return columns.length === 0 ? '' : `by ${columns.join(', ')}`;
}

function ordered(columns: readonly string[]): string {
  return columns.length === 0 ? '' : `ordered by ${columns.join(', ')}`;
}

function list(columns: readonly string[]): string {
  return columns.length === 1 ? columns[0]! : `(${columns.join(', ')})`;
}
