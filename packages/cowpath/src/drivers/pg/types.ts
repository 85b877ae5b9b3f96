/**
 * The parts of node-postgres that the recorder touches, as versions 8.11 to 8.2x have them. What is
 * optional here is internal there: where it is missing the recorder measures less and changes nothing.
 */
import type { EventEmitter } from 'node:events';
import type { ResultField } from '../../recorder/observed.ts';

export interface PgQuery {
  readonly text?: unknown;
  readonly values?: unknown;
  submit(connection: PgConnection): unknown;
  listenerCount?(event: string): number;
}

export interface PgConnection extends EventEmitter {
  readonly stream?: { unref?(): void; destroy?(): void; readonly destroyed?: boolean };
}

export interface BindConfig {
  readonly values?: readonly unknown[];
  readonly valueMapper?: (value: unknown, index: number) => unknown;
}

export interface PgClient extends EventEmitter {
  readonly connection?: PgConnection;
  readonly connectionParameters?: {
    readonly host?: string;
    readonly port?: number | string;
    readonly database?: string;
    readonly user?: string;
  };
  readonly host?: string;
  readonly port?: number | string;
  readonly database?: string;
  readonly user?: string;
  readonly password?: unknown;
  readonly ssl?: unknown;
  readonly _activeQuery?: PgQuery | null;
  readonly activeQuery?: PgQuery | null;
  readonly _queryQueue?: readonly PgQuery[];
  readonly queryQueue?: readonly PgQuery[];
  /** In pipeline mode, behind the active one. */
  readonly _sentQueryQueue?: readonly PgQuery[];
  query(...args: unknown[]): unknown;
}

export interface PgField extends ResultField {
  readonly format: 'text' | 'binary';
}

/** A constructor whose prototype is to be observed. */
// biome-ignore lint/suspicious/noExplicitAny: any class will do
export type AnyClass = abstract new (...args: any[]) => any;

export interface PendingItem {
  readonly callback: unknown;
}

export interface PgPool extends EventEmitter {
  readonly Client?: AnyClass;
  readonly _pendingQueue?: readonly PendingItem[];
  readonly _idle?: readonly unknown[];
}
