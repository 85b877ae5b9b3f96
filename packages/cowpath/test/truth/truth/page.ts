import type { Random } from './random.ts';
import type { TruthContext } from './truth.ts';

/** What the pages read from: `Db` is whatever the driver or ORM under test gives its users. */
export interface Site<Db> {
  readonly db: Db;
  /** Work that a request leaves behind; the program waits for it at its end. */
  readonly left: Promise<void>[];
}

export interface Page<Db> {
  readonly shows: string;
  /** The root context: a name for `context()`, or `GET /route/:n` for a server. */
  readonly root: string;
  readonly served: 'context' | 'fastify' | 'express' | 'http';
  /** A bare server has no template: its path is fixed and takes `?n=`. */
  readonly requests: number;
  /** Requests under way at the same time. */
  readonly together: number;
  /** Before any request, outside every context. */
  startUp?(site: Site<Db>, truth: TruthContext): Promise<void>;
  /** One request. All that varies comes from `random`, which depends on the page and the request's number. */
  run(site: Site<Db>, truth: TruthContext, random: Random, n: number): Promise<void>;
}
