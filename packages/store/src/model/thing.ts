import type { Document } from './document.ts';
import { type Property, toProperties } from './properties.ts';

/** What an engine knows of one revision of a thing. Times are milliseconds since 1970 UTC. */
export interface ThingRecord {
  readonly key: string;
  readonly type: string;
  readonly revision: number;
  readonly latest_revision: number;
  /** When the thing was created. */
  readonly created: number;
  /** When this revision was written. */
  readonly modified: number;
  /** The document as the text that was written. */
  readonly json: string;
}

/** One revision of a thing, as it was read. It does not follow later changes. */
export class Thing {
  readonly key: string;
  readonly type: string;
  readonly revision: number;
  readonly latestRevision: number;
  readonly #record: ThingRecord;
  #document: Document | undefined;

  constructor(record: ThingRecord) {
    this.key = record.key;
    this.type = record.type;
    this.revision = record.revision;
    this.latestRevision = record.latest_revision;
    this.#record = record;
  }

  /** When the thing was created. */
  get created(): Date {
    return new Date(this.#record.created);
  }

  /** When this revision was written. */
  get lastModified(): Date {
    return new Date(this.#record.modified);
  }

  /** The properties as the JSON text that is stored. */
  get json(): string {
    return this.#record.json;
  }

  /** The properties as a document, parsed at first use. Changing it changes nothing in the store. */
  get data(): Document {
    this.#document ??= JSON.parse(this.#record.json) as Document;
    return this.#document;
  }

  /** The properties in the explicit form: name, datatype, value. */
  get properties(): Property[] {
    return toProperties(this.data);
  }

  toJSON(): object {
    const { key, type, revision, created, lastModified, data } = this;
    return { key, type, revision, created, last_modified: lastModified, properties: data };
  }
}
