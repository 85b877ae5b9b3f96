import { type Channel, channel } from 'node:diagnostics_channel';
import type { Context, Load } from './frame.ts';

/** The version in the channels' names. A payload gains optional fields within a version, nothing else changes. */
export const CHANNELS_VERSION = 1;

/** Published once, when the load is complete (or has failed). Times in nanoseconds. */
export interface LoadMessage {
  readonly load: Load;
  readonly queries: number;
  readonly objects: number;
  readonly keys: number;
  /** In the database. */
  readonly time_ns: number;
  /** Waiting for a connection. */
  readonly wait_ns: number;
  readonly failed: boolean;
}

/** One request served by a service of ours, published when it is answered. Times in nanoseconds. */
export interface RequestMessage {
  /** For example `kv`. */
  readonly service: string;
  /** For example `GET /v0/entity`. */
  readonly operation: string;
  readonly status: number;
  readonly queue_ns: number;
  readonly engine_ns: number;
  readonly socket_ns: number;
  readonly bytes_in: number;
  readonly bytes_out: number;
  readonly context: Context | null;
}

/** A context opens or closes. Of those in a root that is passed over (`Context.sampled`) nothing is published. */
export interface ContextMessage {
  readonly context: Context;
}

/** A diagnostics channel with its payload's type. */
export type TypedChannel<T> = Omit<Channel, 'publish' | 'subscribe' | 'unsubscribe'> & {
  publish(message: T): void;
  subscribe(listener: (message: T) => void): void;
  unsubscribe(listener: (message: T) => void): boolean;
};

function typed<T>(name: string): TypedChannel<T> {
  return channel(`cowpath.v${CHANNELS_VERSION}.${name}`) as unknown as TypedChannel<T>;
}

/**
 * The channels on which the parts of Cowpath hear each other. Publishing without a subscriber costs one
 * check of `hasSubscribers`, which the publisher makes before it builds the payload. Channels never
 * answer. A subscriber that throws ends the process: subscribe with `listen`, which does not let it.
 */
export const channels: {
  readonly contextOpen: TypedChannel<ContextMessage>;
  readonly contextClose: TypedChannel<ContextMessage>;
  readonly load: TypedChannel<LoadMessage>;
  readonly request: TypedChannel<RequestMessage>;
} = {
  contextOpen: typed('context.open'),
  contextClose: typed('context.close'),
  load: typed('load'),
  request: typed('request'),
};

/** Subscribes; whatever the listener throws goes to `failed` and nowhere else. Returns the way to stop. */
export function listen<T>(
  to: TypedChannel<T>,
  listener: (message: T) => void,
  failed: (error: unknown) => void,
): () => void {
  const guarded = (message: T): void => {
    try {
      listener(message);
    } catch (error) {
      try {
        failed(error);
      } catch {
        // Nothing is left to tell it to; the program must not notice.
      }
    }
  };
  to.subscribe(guarded);
  return () => void to.unsubscribe(guarded);
}
