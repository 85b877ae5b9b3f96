/**
 * A program of driver operations, as plain data so that two processes can run the same one: operations that
 * run one after another on a client, on a client in pipeline mode, or on a pool of its own.
 */
export type Program =
  | { readonly on: 'client'; readonly binary: boolean; readonly operations: readonly Operation[] }
  | { readonly on: 'pipeline'; readonly queries: readonly Query[] }
  | {
      readonly on: 'pool';
      readonly max: number;
      readonly subclass: boolean;
      readonly operations: readonly PoolOperation[];
    };

export type Operation =
  | { readonly kind: 'promise' | 'callback' | 'row events' | 'unheard'; readonly query: Query }
  | { readonly kind: 'not awaited'; readonly queries: readonly Query[] }
  | {
      readonly kind: 'cursor';
      readonly query: Query;
      readonly reads: readonly number[];
      readonly close: boolean;
    }
  | {
      readonly kind: 'stream';
      readonly query: Query;
      readonly batch: number;
      readonly destroyAfter: number | null;
    }
  | { readonly kind: 'copy in'; readonly rows: number; readonly fail: boolean }
  | { readonly kind: 'transaction'; readonly operations: readonly Operation[]; readonly end: TransactionEnd }
  | {
      readonly kind: 'copy out' | 'notify' | 'cancel' | 'timeout' | 'throwing callback' | 'bad call' | 'lost';
    };

export type TransactionEnd = 'commit' | 'rollback' | 'savepoint';

export type PoolOperation =
  | { readonly kind: 'query' | 'query callback' | 'checked out'; readonly query: Query }
  | { readonly kind: 'many'; readonly query: Query; readonly times: number }
  | { readonly kind: 'connect callback'; readonly query: Query; readonly releaseWithError: boolean }
  | { readonly kind: 'end with work left'; readonly query: Query };

export interface Query {
  /** Which text and parameters, by name in `queries.ts`. */
  readonly name: string;
  readonly n: number;
  readonly form: Form;
}

export const FORMS = [
  'text',
  'config',
  'array rows',
  'own types',
  'object parsers',
  'named',
  'paged',
  'extended',
  'getters',
] as const;
export type Form = (typeof FORMS)[number];
