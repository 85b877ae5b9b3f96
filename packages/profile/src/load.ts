import { currentFrame } from './context.ts';
import type { Load } from './frame.ts';
import { shared } from './state.ts';

/**
 * Announces a load: runs `fn` with the load current, so that the statements inside it count as its query
 * level and not as trails of their own. The announcer publishes the `LoadMessage` itself when it knows the
 * counts. Call it only when `channels.load.hasSubscribers`.
 */
export function runInLoad<T>(load: Load, fn: () => T): T {
  const frame = currentFrame();
  const context = load.context ?? frame?.context;
  if (!context) return fn();
  return shared.frames.run({ context, load }, fn);
}
