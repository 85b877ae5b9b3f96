/** Where OpenTelemetry's API (1.x) keeps what the program registered, and how its SDK marks work that is not to be traced. */
const API = Symbol.for('opentelemetry.js.api.1');
const SUPPRESSED = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

interface TracingContext {
  setValue(key: symbol, value: unknown): TracingContext;
}
interface Contexts {
  active(): TracingContext;
  with<T>(context: TracingContext, fn: () => T): T;
}

/**
 * Runs work of Cowpath's own where the program's OpenTelemetry, if it has any, makes no spans of it: the
 * program's traces are the same with the recorder and without.
 */
export function untraced<T>(work: () => T): T {
  const contexts = (globalThis as { [API]?: { context?: Contexts } })[API]?.context;
  if (!contexts) return work();
  return contexts.with(contexts.active().setValue(SUPPRESSED, true), work);
}
