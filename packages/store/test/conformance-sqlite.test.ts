import { afterAll, beforeAll } from 'vitest';
import { sqlite } from '../src/index.ts';
import { temporaryDirectory } from './support/directory.ts';
import { testLayouts } from './support/layouts.ts';
import { describeConformance } from './support/soak.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let files = 0;

beforeAll(() => {
  directory = temporaryDirectory();
});
afterAll(() => directory[Symbol.dispose]());

// Here 4 layouts x 1,500 x 2 kinds, on Postgres 4 x 1,000 x 2: 20,000 programs in the soak, 2,000 otherwise.
for (const [name, layout] of Object.entries(testLayouts)) {
  describeConformance(`the contract on SQLite, ${name}`, 1_500, 1, async () =>
    sqlite({ file: directory.file(`${++files}.db`), layout, synchronous: 'normal' }),
  );
}
