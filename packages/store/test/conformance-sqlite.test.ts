import { afterAll, beforeAll, describe, test } from 'vitest';
import { conformance } from '../src/conformance/index.ts';
import { sqlite } from '../src/index.ts';
import { soak, temporaryDirectory } from './support/directory.ts';
import { testLayouts } from './support/layouts.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let files = 0;

beforeAll(() => {
  directory = temporaryDirectory();
});
afterAll(() => directory[Symbol.dispose]());

for (const [layoutName, layout] of Object.entries(testLayouts)) {
  describe(`the contract on SQLite, ${layoutName}`, () => {
    const file = (): string => directory.file(`${++files}.db`);
    const engine = async () => sqlite({ file: file(), layout, synchronous: 'normal' });
    // 4 layouts, 2 engines, sequential and concurrent: 20,000 programs in the soak.
    for (const { name, run } of conformance({ programs: soak ? 1_500 : 60 })) {
      test(name, () => run({ engine }), soak ? 3_600_000 : 120_000);
    }
  });
}
