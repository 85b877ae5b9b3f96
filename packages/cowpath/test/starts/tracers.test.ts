import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { both, HERE, RECORDING, startWorld, WALKED, type World } from './world.ts';

const OTEL = ['--import', join(HERE, 'otel.mjs')];

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

describe('an app under OpenTelemetry, with its loader hook', () => {
  test.each([
    ['ESM, Cowpath first', [...RECORDING, ...OTEL], 'app.mjs'],
    ['ESM, OpenTelemetry first', [...OTEL, ...RECORDING], 'app.mjs'],
    ['CommonJS, Cowpath first', [...RECORDING, ...OTEL], 'app.cjs'],
    ['CommonJS, OpenTelemetry first', [...OTEL, ...RECORDING], 'app.cjs'],
  ])('%s: both record, and the spans are the same', async (_how, flags, app) => {
    const file = join(HERE, app);
    const env = { DATABASE_URL: world.url };
    const ran = await both({ args: [...OTEL, file], env }, () => ({ args: [...flags, file], env }));
    expect(spansIn(ran.bare.stdout).filter(({ name }) => name.startsWith('pg.query'))).toHaveLength(48);
    expect(ran.recorded).toEqual(ran.bare);
    expect(ran.trails).toEqual(WALKED);
  });
});

function spansIn(stdout: string): { name: string }[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string })
    .filter(({ name }) => typeof name === 'string');
}
