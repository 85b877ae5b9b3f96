/** What a file of this folder exports, under the name `connect`. */
export type Connect<Db> = (url: string) => Connection<Db> | Promise<Connection<Db>>;

export interface Connection<Db> {
  readonly db: Db;
  close(): Promise<void>;
}

/** Connections of every driver's pool: fewer than pages issue at once, so that some wait. */
export const CONNECTIONS_MAX = 6;
