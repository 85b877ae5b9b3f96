import type { EntityName, Origin, Reference } from './format.ts';

/**
 * A named stretch of the program's work. Contexts nest like calls; the outermost is the root. The same
 * inner name under another outer one is another context.
 *
 * Plain data and no methods, so that several copies of the package can handle each other's contexts.
 */
export interface Context {
  /** Unique in this thread. */
  readonly id: number;
  /** What it is called. A root's name may still change while it is open (the route template is known late). */
  name: string;
  readonly parent: Context | null;
  readonly root: Context;
  /** `performance.now()` when it opened, in milliseconds. */
  readonly openedAt: number;
  /** `performance.now()` when it closed; 0 while it is open, and for good where nobody is told that it closes. */
  closedAt: number;
  /**
   * Of a root: false where whoever counts runs passes this one over (`sampleRoots`). Of it and of the contexts in it
   * nobody is told then. Absent from contexts that an older copy of the package made.
   */
  sampled: boolean;
  /** The frame in which its work runs. */
  readonly frame: Frame;
  /** Room for subscribers to keep their own state by symbol; dropped with the context. */
  slots: Record<symbol, unknown> | null;
}

/** What travels with the program's asynchronous flow: the context, and the load under way, if one is. */
export interface Frame {
  readonly context: Context;
  readonly load: Load | null;
}

/**
 * One exact load: objects that came into memory together, announced by code that knows what it loads (the
 * store's sessions). The announcer keeps it beside the objects, and names it as `parent` when a reference
 * of theirs is followed.
 */
export interface Load {
  /** The load whose objects' reference was followed; null for an origin. */
  readonly parent: Load | null;
  /** How the trail starts; null for a follow. */
  readonly origin: Origin | null;
  /** What was followed; null for an origin. */
  readonly reference: Reference | null;
  readonly entity: EntityName;
  /** The context in which it was loaded; null outside every context. */
  readonly context: Context | null;
  /** Room for the subscriber's own state (the profile's step). */
  slot: unknown;
}
