import type { Datatype } from './datatypes.ts';
import type { QueryRules, SortBy } from './query.ts';

/** One revision of one thing, without its properties. */
export interface Version {
  readonly key: string;
  readonly type: string;
  readonly revision: number;
  readonly created: Date;
  readonly author: string | undefined;
  readonly comment: string | undefined;
}

/** What `versions` can ask for. */
export const versionFields: Readonly<Record<string, Datatype>> = {
  key: 'str',
  type: 'str',
  revision: 'int',
  created: 'datetime',
  author: 'str',
  comment: 'str',
};

const keyAscending: SortBy = { name: 'key', datatype: 'str', descending: false };

/** Newest first; at one time by key, and of one thing the newest revision first. */
export const versionRules: QueryRules = {
  fields: versionFields,
  ties: [keyAscending, { name: 'revision', datatype: 'int', descending: true }],
  defaultSort: [{ name: 'created', datatype: 'datetime', descending: true }],
};
