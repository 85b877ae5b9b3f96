import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../src/client/target.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { Side } from '../../src/prove/side.ts';
import { runSlice } from '../../src/prove/slices.ts';
import { readLog } from '../../src/traffic/read-log.ts';
import { startServer } from '../programs/start.ts';
import { fileOf } from '../traffic/read.ts';

describe('runSlice', () => {
  it('counts a timeout among the latencies, not among the answers', async () => {
    // Every second request is answered at once, the others never in time; the first asks for its health.
    const { port } = await startServer({ SLOW_SHARE: '0.5', SLOW_MS: '60000' });
    const options = { health: '/', wait_s: 10, connections_max: 4, timeout_ms: 4_000 };
    const side = await Side.open('before', { url: `http://127.0.0.1:${port}` }, options, undefined);
    try {
      const traffic = await readLog(fileOf('{"path":"/"}\n'.repeat(4)));
      side.use(makePlan(traffic, parseTarget(side.target.href), { timed: false }));
      const stretch = { from: 0, count: 4, hold_ms: 0 };
      const { answered, latencies_ms, reason } = await runSlice(side, stretch, { in_flight: 4 }, undefined);
      expect({ answered, latencies: latencies_ms.length, reason }).toEqual({
        answered: 2,
        latencies: 4,
        reason: 'finished',
      });
    } finally {
      await side.close();
    }
  });
});
