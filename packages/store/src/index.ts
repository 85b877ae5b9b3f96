export type {
  Check,
  Engine,
  EngineTransaction,
  Note,
  Reads,
  Supports,
  Write,
  Writes,
  Written,
} from './engines/engine.ts';
export { engineAt } from './engines/location.ts';
export { memory } from './engines/memory/engine.ts';
export { type PostgresOptions, postgres } from './engines/postgres/engine.ts';
export type { SqlEngine } from './engines/sql/engine.ts';
export { type SqliteOptions, sqlite } from './engines/sqlite/engine.ts';
export { Conflict, isStoreError, StoreError, type StoreErrorCode } from './errors.ts';
export { Layout, type LayoutOptions, layouts, parseLayout } from './layout/layout.ts';
export { limits } from './limits.ts';
export {
  abortMigration,
  type MigrateOptions,
  type MigrationReport,
  migrateEngine,
  migrateLayout,
  type Progress,
} from './migrate/index.ts';
export { type Action, type ActionName, diff } from './model/actions.ts';
export type { Comparison, Condition, Operator } from './model/conditions.ts';
export { type Datatype, datatypes } from './model/datatypes.ts';
export type { Document, DocumentInput, DocumentValue } from './model/document.ts';
export type { NaturalValue, PropertiesInput, Property } from './model/properties.ts';
export type { Page, QueryOptions, SortKey } from './model/query.ts';
export { Thing } from './model/thing.ts';
export type { Version } from './model/versions.ts';
export {
  boolean,
  datetime,
  Field,
  float,
  type Infer,
  int,
  object,
  oneOf,
  ref,
  refs,
  str,
  type TypeDefinition,
  text,
  type,
  url,
} from './schema/builder.ts';
export type { NoteOptions, Operation, UpdateOptions } from './store/access.ts';
export { Collection, type Patch, type Typed } from './store/collection.ts';
export { openStore, Store, type StoreOptions, Transaction } from './store/store.ts';
