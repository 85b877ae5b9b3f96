import type { Dialect } from './dialect.ts';
import { Table } from './table.ts';

/** The tables that every layout has. */
export interface SystemTables {
  readonly thing: Table;
  readonly version: Table;
  readonly property: Table;
  readonly state: Table;
  /** Things written while a move to another engine copies, so that it can copy them again. */
  readonly changed: Table;
}

export function systemTables(dialect: Dialect): SystemTables {
  return {
    thing: new Table(dialect, 'thing', {
      identity: true,
      columns: [
        { name: 'key', type: 'text' },
        { name: 'type', type: 'text' },
        { name: 'latest_revision', type: 'int' },
        { name: 'created', type: 'int' },
        { name: 'last_modified', type: 'int' },
      ],
      indexes: [{ columns: 'key', unique: true }, { columns: 'type, key' }],
    }),
    version: new Table(dialect, 'version', {
      columns: [
        { name: 'thing_id', type: 'int' },
        { name: 'revision', type: 'int' },
        { name: 'type', type: 'text' },
        { name: 'created', type: 'int' },
        { name: 'author', type: 'text', null: true },
        { name: 'comment', type: 'text', null: true },
      ],
      primary: 'thing_id, revision',
      indexes: [{ columns: 'created' }, { columns: 'author, created', where: 'author is not null' }],
    }),
    property: new Table(dialect, 'property', {
      identity: true,
      columns: [
        { name: 'type', type: 'text' },
        { name: 'name', type: 'text' },
      ],
      indexes: [{ columns: 'name, type', unique: true }],
    }),
    state: new Table(dialect, 'cowpath_state', {
      columns: [
        { name: 'id', type: 'int' },
        { name: 'format', type: 'int' },
        { name: 'epoch', type: 'int' },
        { name: 'body', type: 'text' },
      ],
      primary: 'id',
    }),
    changed: new Table(dialect, 'cowpath_changed', {
      identity: true,
      columns: [{ name: 'thing_id', type: 'int' }],
    }),
  };
}

/** The JSON of every revision; shared by all layouts that keep revisions so. */
export function dataTable(dialect: Dialect, name: string): Table {
  return new Table(dialect, name, {
    columns: [
      { name: 'thing_id', type: 'int' },
      { name: 'revision', type: 'int' },
      { name: 'json', type: 'text' },
    ],
    primary: 'thing_id, revision',
  });
}
