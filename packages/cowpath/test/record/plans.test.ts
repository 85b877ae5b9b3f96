import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contextsIn, start, temporary } from '../recorded.ts';
import { startWorld, until, type World } from '../starts/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

test('a plan is saved when nothing else happens any more', async () => {
  const place = temporary();
  const running = start({
    args: [join(import.meta.dirname, 'plans.mjs')],
    env: { DATABASE_URL: world.url, COWPATH_DIR: place.folder, COWPATH_PLANS: '1' },
    record: true,
  });
  try {
    await running.printed('queried');
    const plan = await until('its plan is in the profile', () =>
      contextsIn(place.folder)
        .flatMap(({ trails }) => trails)
        .find(({ plan }) => plan),
    );
    expect(plan).toMatchObject({ plan: { samples: 1 }, total: { queries: 1 } });
  } finally {
    running.process.kill('SIGKILL');
    await running.ended;
    place.remove();
  }
});
