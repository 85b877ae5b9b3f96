import { execFileSync, spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Victim } from '../durability/victim.ts';
import { newDirectory } from '../support/places.ts';

const MiB = 1024 * 1024;

/** A file system of its own of 160 MiB, or why there can be none here. */
async function mountSmall(): Promise<{ directory: string } | { missing: string }> {
  const directory = await newDirectory();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', directory], {
    encoding: 'utf8',
  });
  if (mounted.status !== 0) return { missing: mounted.stderr?.trim() || String(mounted.error) };
  onTestFinished(() => void execFileSync('umount', [directory]));
  return { directory };
}

interface Told {
  readonly status: number;
  readonly error?: string;
  readonly message?: string;
}

async function write(url: string, method: 'PUT' | 'DELETE', key: string, body?: Buffer): Promise<Told> {
  const answer = await fetch(`${url}/v0/entity?id=${key}`, {
    method,
    ...(body && { body: new Uint8Array(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, ...(text === '' ? {} : JSON.parse(text)) };
}

/** Values that compress to nothing less: what they take is what they are long. */
const value = (at: number): Buffer => {
  const bytes = Buffer.alloc(50_000);
  for (let i = 0, state = at + 1; i < bytes.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
};

for (const reserve_bytes of [64 * MiB, 0]) {
  const what =
    reserve_bytes > 0
      ? 'a full file system: 507, reads go on, and writes again by themselves once there is room'
      : 'a full file system without a reserve: a failed write stops further ones until a restart, nothing is lost';
  test(what, { timeout: 240_000 }, async ({ skip }) => {
    const place = await mountSmall();
    if ('missing' in place) {
      console.warn(`test of a full file system skipped: no small one can be mounted here (${place.missing})`);
      return skip();
    }
    const ballast = join(place.directory, 'ballast');
    await writeFile(ballast, Buffer.alloc((reserve_bytes > 0 ? 64 : 128) * MiB, 1));
    const data = join(place.directory, 'data');
    const options = { disk_reserve_bytes: reserve_bytes, write_buffer_bytes: MiB, sync: true };
    const service = new Victim(data, options, {});
    onTestFinished(() => service.kill());
    const url = await service.url();

    const acknowledged: number[] = [];
    let refused: Told | undefined;
    // 32 MiB of room: 1,000 values of 50 kB do not fit.
    for (let at = 0; refused === undefined && at < 1_000; at++) {
      const told = await write(url, 'PUT', `k${at}`, value(at));
      if (told.status === 201) acknowledged.push(at);
      else refused = told;
    }
    expect(refused).toMatchObject({ status: 507, error: 'KV_DISK_FULL' });
    expect(refused!.message).toContain('free');
    expect(acknowledged.length).toBeGreaterThan(20);

    const allThere = async (at: string): Promise<void> => {
      for (const key of acknowledged) {
        const answer = await fetch(`${at}/v0/entity?id=k${key}`);
        expect([key, answer.status]).toEqual([key, 200]);
        expect(Buffer.from(await answer.arrayBuffer()).equals(value(key))).toBe(true);
      }
    };
    await allThere(url);
    const status = await fetch(`${url}/v0/status`);
    expect([status.status, ((await status.json()) as { status: string }).status]).toEqual([503, 'read-only']);

    await rm(ballast);
    if (reserve_bytes > 0) {
      await expect
        .poll(async () => (await write(url, 'PUT', 'later', value(-1))).status, { timeout: 60_000 })
        .toBe(201);
      expect((await fetch(`${url}/v0/status`)).status).toBe(200);
    } else {
      expect(await write(url, 'PUT', 'later', value(-1))).toMatchObject({
        status: 503,
        error: 'KV_READ_ONLY',
      });
    }
    await service.kill();

    const again = new Victim(data, options, {});
    onTestFinished(() => again.kill());
    const second = await again.url();
    await allThere(second);
    expect((await write(second, 'PUT', 'after', value(-2))).status).toBe(201);
    await again.kill();
  });
}
