import { expect, test } from 'vitest';
import { GroupCommit, type WriteOperation } from '../../src/engine/leveldb/group-commit.ts';

const put = (key: string, bytes = 1): WriteOperation => ({
  type: 'put',
  key: Buffer.from(key),
  value: Buffer.alloc(bytes),
});
const LIMITS = { group_bytes_max: 10_000, group_operations_max: 10, write_queue_bytes_max: 100_000 };

/** A commit that waits until it is let go, and remembers what it was given. */
function gate(): {
  groups: string[][];
  commit: (operations: WriteOperation[]) => Promise<void>;
  open: (error?: Error) => void;
} {
  const groups: string[][] = [];
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  return {
    groups,
    commit: (operations) => {
      groups.push(operations.map(({ key }) => Buffer.from(key).toString()));
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    open: (error) => {
      const one = waiting.shift()!;
      if (error === undefined) one.resolve();
      else one.reject(error);
    },
  };
}

test('what arrives during a group forms the next one, in order; one group at a time', async () => {
  const { groups, commit, open } = gate();
  const writes = new GroupCommit(LIMITS, commit);
  const first = [writes.write(put('a')), writes.write(put('b'))];
  await expect.poll(() => groups.length, { timeout: 20_000 }).toBe(1);
  const second = [writes.write(put('c')), writes.write({ type: 'del', key: Buffer.from('a') })];
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(groups).toEqual([['a', 'b']]);
  open();
  await Promise.all(first);
  await expect.poll(() => groups.length, { timeout: 20_000 }).toBe(2);
  expect(groups[1]).toEqual(['c', 'a']);
  open();
  await Promise.all(second);
  expect(writes.queuedBytes).toBe(0);
  expect(writes.totals).toMatchObject({ groups: 2, operations: 4 });
});

test('a group that fails fails all of its members and no others', async () => {
  const { groups, commit, open } = gate();
  const writes = new GroupCommit(LIMITS, commit);
  const failing = Promise.allSettled([writes.write(put('a')), writes.write(put('b'))]);
  await expect.poll(() => groups.length, { timeout: 20_000 }).toBe(1);
  const next = writes.write(put('c'));
  open(new Error('no'));
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect.poll(() => groups.length, { timeout: 20_000 }).toBe(2);
  open();
  await next;
  expect(writes.queuedBytes).toBe(0);
});

test('groups are closed by number and by bytes; one write larger than a group goes alone', async () => {
  const groups: number[] = [];
  const writes = new GroupCommit(LIMITS, async (operations) => void groups.push(operations.length));
  await Promise.all(Array.from({ length: 25 }, (_, i) => writes.write(put(`k${i}`))));
  expect(groups).toEqual([10, 10, 5]);
  groups.length = 0;
  await Promise.all([
    writes.write(put('a', 6_000)),
    writes.write(put('b', 6_000)),
    writes.write(put('c', 60_000)),
  ]);
  expect(groups).toEqual([1, 1, 1]);
});

test("above the queue's bytes a write is KV_BUSY, and drained() waits for all that were taken", async () => {
  const { groups, commit, open } = gate();
  const writes = new GroupCommit(LIMITS, commit);
  const taken = writes.write(put('a', 90_000));
  await expect(writes.write(put('b', 20_000))).rejects.toMatchObject({ code: 'KV_BUSY' });
  const small = writes.write(put('c', 1_000));
  let drained = false;
  const draining = writes.drained().then(() => {
    drained = true;
  });
  await expect.poll(() => groups.length, { timeout: 20_000 }).toBe(1);
  open();
  await taken;
  expect(drained).toBe(false);
  await expect.poll(() => groups.length, { timeout: 20_000 }).toBe(2);
  open();
  await Promise.all([small, draining]);
});
