import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queriesIn, REGISTER, start, temporary } from '../recorded.ts';
import { HERE, RECORDING, recordCommand, startWorld, type World } from './world.ts';

const PROGRAM = join(HERE, 'patched.mjs');
const PATCH = ['-r', join(HERE, 'patch.cjs')];
/** Modules that are required come before those that are imported: to patch later, it is imported after. */
const PATCH_LATER = ['--import', join(HERE, 'patch.cjs')];

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const HOW = ['none', 'method', 'arrow on each client', 'getter', 'fixed', 'frozen', 'no function', 'throws'];
/** These cannot be observed once they are there. */
const UNSEEN = ['getter', 'fixed', 'frozen', 'no function'];

describe('a driver patched by another tool works as without Cowpath', () => {
  test.each(HOW)('first: %s', async (how) => {
    const { bare, recorded, queries } = await bothWays(how, [...PATCH, ...RECORDING]);
    expect(recorded).toEqual(bare);
    expect(queries).toBe(UNSEEN.includes(how) ? 0 : how === 'throws' ? 3 : 6);
  });

  test.each(HOW)('after Cowpath: %s', async (how) => {
    const { bare, recorded, queries } = await bothWays(how, [...RECORDING, ...PATCH_LATER]);
    expect(recorded).toEqual(bare);
    expect(queries).toBe(how === 'no function' ? 0 : how === 'throws' ? 3 : 6);
  });
});

test.each(UNSEEN)('what cannot be observed is said once: %s', async (how) => {
  const place = temporary();
  try {
    const command = [process.execPath, ...PATCH, PROGRAM];
    const { stderr } = await start({
      ...recordCommand(join(place.folder, 'profile'), command),
      env: { DATABASE_URL: world.url, PATCH: how },
    }).ended;
    const lines = stderr.split('\n').filter((line) => line.includes('COWPATH_DRIVER_PATCHED'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /Client\.query.*Load Cowpath before that tool \(the program was not affected\)$/,
    );
  } finally {
    place.remove();
  }
});

async function bothWays(
  how: string,
  flags: readonly string[],
): Promise<{ bare: object; recorded: object; queries: number }> {
  const place = temporary();
  try {
    const env = { DATABASE_URL: world.url, PATCH: how, COWPATH_DIR: place.folder };
    const others = flags.filter((flag) => flag !== '--import' && flag !== REGISTER);
    const bare = await start({ args: [others[0] === '-r' ? '-r' : '--import', others.at(-1)!, PROGRAM], env })
      .ended;
    const recorded = await start({ args: [...flags, PROGRAM], env }).ended;
    return { bare, recorded, queries: queriesIn(place.folder)['patched'] ?? 0 };
  } finally {
    place.remove();
  }
}
