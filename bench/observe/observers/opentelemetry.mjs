import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../packages/cowpath/package.json', import.meta.url));
const { trace } = require('@opentelemetry/api');

// Started with `--import ./opentelemetry-start.mjs`.
const { provider } = globalThis[Symbol.for('bench.observe.opentelemetry')];
const tracer = trace.getTracer('bench');

export const inContext = (name, fn) =>
  tracer.startActiveSpan(name, async (span) => {
    try {
      return await fn();
    } finally {
      span.end();
    }
  });
export const flush = () => provider.forceFlush();
