import { describe, test } from 'vitest';
import { conformance } from '../src/conformance/index.ts';
import { memory } from '../src/index.ts';

describe('the contract on memory', () => {
  for (const { name, run } of conformance({ programs: 3 }))
    test(name, () => run({ engine: async () => memory() }));
});
