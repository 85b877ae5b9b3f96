import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cowpath } from 'cowpath/esbuild';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placeForEach } from '../fixtures.ts';
import { both, HERE, lineOf, RECORDING, recordCommand, startWorld, WALKED, type World } from './world.ts';

/** esbuild's ESM output has no `require`, which node-postgres asks Node's own modules with: builders add one. */
const REQUIRE = {
  js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
};

let world: World;
const place = placeForEach();
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

async function bundle(options: BuildOptions): Promise<string> {
  const outfile = join(place.folder, options.format === 'cjs' ? 'bundle.cjs' : 'bundle.mjs');
  await build({
    entryPoints: [join(HERE, options.format === 'cjs' ? 'app.cjs' : 'app.mjs')],
    outfile,
    bundle: true,
    platform: 'node',
    external: ['pg-native'],
    logLevel: 'error',
    ...(options.format === 'esm' ? { banner: REQUIRE } : {}),
    ...options,
  });
  return outfile;
}

const FORMS = [
  { format: 'cjs', minify: false },
  { format: 'cjs', minify: true },
  { format: 'esm', minify: false },
  { format: 'esm', minify: true },
] as const;

describe('bundled by esbuild with the plugin', () => {
  test.each(FORMS)('$format, minified: $minify', async (form) => {
    const file = await bundle({ ...form, sourcemap: true, plugins: [cowpath()] });
    // The bundle runs where nothing of Cowpath is installed.
    expect(readFileSync(file, 'utf8')).not.toContain('libpg');
    const env = { DATABASE_URL: world.url };
    const start = { env, cwd: place.folder };
    const ran = await both({ ...start, args: [file] }, () => ({ ...start, args: [...RECORDING, file] }));
    expect(ran.recorded).toEqual(ran.bare);
    expect(ran.trails).toEqual(WALKED);
  });

  test('under cowpath record, which counts the copy', async () => {
    const file = await bundle({ format: 'cjs', plugins: [cowpath()] });
    const start = { env: { DATABASE_URL: world.url }, cwd: place.folder };
    const ran = await both({ ...start, args: [file] }, (folder) => ({
      ...recordCommand(folder, [process.execPath, file]),
      ...start,
      // It waits at its end for the catalog, which no thread can read for it: a bundle does not say where its driver is.
      env: { ...start.env, COWPATH_PLANS: '1' },
    }));
    expect(ran.recorded.stdout).toBe(ran.bare.stdout);
    expect(lineOf(ran.recorded.stderr)).toBe('cowpath: recorded 48 statements');
    expect(ran.trails).toEqual(WALKED);
  });

  test('the recorder begins after the bundle ran', async () => {
    const file = await bundle({
      format: 'esm',
      plugins: [cowpath()],
      entryPoints: [join(HERE, 'late.mjs')],
      external: ['pg-native', 'cowpath'],
    });
    const env = { DATABASE_URL: world.url, REGISTER: import.meta.resolve('cowpath/register') };
    const ran = await both({ args: [file], env: { ...env, REGISTER: '' } }, () => ({ args: [file], env }));
    expect(ran.recorded).toEqual(ran.bare);
    expect(ran.trails).toEqual(WALKED);
  });

  test('a driver that is left out of the bundle is found as always', async () => {
    const file = await bundle({ format: 'cjs', plugins: [cowpath()], external: ['pg'] });
    const env = { DATABASE_URL: world.url, NODE_PATH: join(HERE, '../../../../node_modules') };
    const ran = await both({ args: [file], env }, () => ({ args: [...RECORDING, file], env }));
    expect(ran.recorded).toEqual(ran.bare);
    expect(ran.trails).toEqual(WALKED);
  });
});

test('bundled without the plugin: the socket is noticed, and what to do is said', async () => {
  const file = await bundle({ format: 'cjs', minify: true });
  const start = { env: { DATABASE_URL: world.url }, cwd: place.folder };
  const ran = await both({ ...start, args: [file] }, (folder) => ({
    ...recordCommand(folder, [process.execPath, file]),
    ...start,
  }));
  expect(ran.recorded.stdout).toBe(ran.bare.stdout);
  expect(ran.recorded.stderr).toMatch(
    /^cowpath: COWPATH_NO_DRIVER: .* Postgres, .*cowpath\/esbuild.*instrument\(pool\)/m,
  );
  expect(ran.trails).toEqual({});
});
