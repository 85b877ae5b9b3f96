import { afterAll, beforeAll, describe, test } from 'vitest';
import { conformance } from '../src/conformance/index.ts';
import { postgres } from '../src/index.ts';
import { soak } from './support/directory.ts';
import { testLayouts } from './support/layouts.ts';
import { type Server, startPostgres } from './support/postgres.ts';

let server: Server;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

for (const [layoutName, layout] of Object.entries(testLayouts)) {
  describe(`the contract on Postgres, ${layoutName}`, () => {
    const engine = async () => postgres({ url: server.url, schema: server.schema(), layout });
    for (const { name, run } of conformance({ programs: soak ? 1_000 : 8, firstSeed: 100_000 })) {
      test(name, () => run({ engine }), soak ? 7_200_000 : 120_000);
    }
  });
}
