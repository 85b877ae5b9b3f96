import { afterAll, beforeAll } from 'vitest';
import { postgres } from '../src/index.ts';
import { testLayouts } from './support/layouts.ts';
import { type Server, startPostgres } from './support/postgres.ts';
import { describeConformance } from './support/soak.ts';

let server: Server;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

for (const [name, layout] of Object.entries(testLayouts)) {
  describeConformance(`the contract on Postgres, ${name}`, 1_000, 100_001, async () =>
    postgres({ url: server.url, schema: server.schema(), layout }),
  );
}
