/** Sets up OpenTelemetry with its loader hook, as its documentation says, and prints the spans at the end. */
import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();
registerInstrumentations({ instrumentations: [new PgInstrumentation()] });

process.on('exit', () => {
  const spans = exporter.getFinishedSpans();
  const parents = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  const lines = spans.map(({ name, kind, status, attributes, parentSpanContext, events }) =>
    JSON.stringify({
      name,
      kind,
      status,
      attributes,
      events,
      parent: parents.get(parentSpanContext?.spanId) ?? null,
    }),
  );
  console.log(lines.sort().join('\n'));
});
