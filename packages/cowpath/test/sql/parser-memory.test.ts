import { join } from 'node:path';
import { expect, test } from 'vitest';
import { succeed } from '../recorded.ts';

test("V8 does not optimise the parser, which would take 540 MB, and goes on to optimise the program's own", async () => {
  const program = join(import.meta.dirname, 'parser-memory.mjs');
  const { stdout } = await succeed({ args: ['--allow-natives-syntax', program, '500'] });
  const { grown_mb, own_optimised } = JSON.parse(stdout) as { grown_mb: number; own_optimised: boolean };
  expect(own_optimised).toBe(true);
  expect(grown_mb).toBeLessThan(150);
});
