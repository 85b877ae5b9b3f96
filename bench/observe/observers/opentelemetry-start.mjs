/** OpenTelemetry as its documentation sets it up; the exporter throws everything away, which costs least. */
import { createRequire, register } from 'node:module';

// They are installed for the package whose tests run beside them.
const owner = new URL('../../../packages/cowpath/package.json', import.meta.url);
const require = createRequire(owner);
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg');
const { BatchSpanProcessor, NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

register('@opentelemetry/instrumentation/hook.mjs', owner);

let spans = 0;
const exporter = {
  export(batch, done) {
    spans += batch.length;
    done({ code: 0 });
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};
// A queue that holds a whole block: no span is dropped, so that the work is done in full.
const processor = new BatchSpanProcessor(exporter, { maxQueueSize: 1_000_000 });
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();
registerInstrumentations({ tracerProvider: provider, instrumentations: [new PgInstrumentation()] });
globalThis[Symbol.for('bench.observe.opentelemetry')] = { provider, spans: () => spans };
