import assert from 'node:assert/strict';
import { VALUE_BYTES_MAX } from '../contract/limits.ts';
import { type Engine, type Entry, NOT_TEXT } from '../engine/engine.ts';
import { collect, rejectsWith, seeded, text } from './helpers.ts';

/** Where a case gets its engines from. */
export interface EnginePlace {
  /** Opens the engine. After `close()` it may be opened again, and shows what an engine with `persistence` kept. */
  open(): Promise<Engine>;
}

export interface ConformanceCase {
  readonly name: string;
  /** Throws when the engine breaks the contract. */
  run(place: EnginePlace): Promise<void>;
}

/** Every rule of the engine's contract, each with an engine of its own in an empty place. */
export const conformanceCases: readonly ConformanceCase[] = [
  {
    name: 'an absent key is undefined',
    run: using(async (engine) => {
      assert.equal(await engine.get(text('absent')), undefined);
    }),
  },
  {
    name: 'put, get, overwrite, delete, get',
    run: using(async (engine) => {
      await engine.put(text('k'), text('one'));
      assert.deepEqual(Buffer.from((await engine.get(text('k')))!), text('one'));
      await engine.put(text('k'), text('two'));
      assert.deepEqual(Buffer.from((await engine.get(text('k')))!), text('two'));
      await engine.delete(text('k'));
      assert.equal(await engine.get(text('k')), undefined);
    }),
  },
  {
    name: 'an empty value is a value',
    run: using(async (engine) => {
      await engine.put(text('k'), new Uint8Array(0));
      const value = await engine.get(text('k'));
      assert.notEqual(value, undefined);
      assert.equal(value!.byteLength, 0);
      assert.equal((await collect(engine.range(text('k')))).length, 1);
    }),
  },
  {
    name: 'deleting what is absent is no error, and twice neither',
    run: using(async (engine) => {
      await engine.delete(text('absent'));
      await engine.delete(text('absent'));
    }),
  },
  {
    name: 'an empty key, a key of 65,536 bytes and a value above 8 MiB are refused; the limits themselves are not',
    run: using(async (engine) => {
      await rejectsWith('KV_REQUEST_INVALID', async () => engine.put(new Uint8Array(0), text('v')));
      await rejectsWith('KV_REQUEST_INVALID', async () => engine.get(new Uint8Array(0)));
      await rejectsWith('KV_REQUEST_INVALID', async () => engine.delete(new Uint8Array(65_536)));
      await rejectsWith('KV_REQUEST_INVALID', async () => collect(engine.range(new Uint8Array(0))));
      await rejectsWith('KV_VALUE_TOO_LARGE', async () =>
        engine.put(text('k'), new Uint8Array(VALUE_BYTES_MAX + 1)),
      );
      const key = Buffer.alloc(65_535, 0xff);
      const value = Buffer.alloc(VALUE_BYTES_MAX, 7);
      await engine.put(key, value);
      assert.ok(value.equals((await engine.get(key))!));
    }),
  },
  {
    name: 'every byte value in keys and values, in order of unsigned bytes',
    run: using(async (engine) => {
      const keys = Array.from({ length: 256 }, (_, byte) => Buffer.from([byte, 255 - byte]));
      await Promise.all(keys.toReversed().map((key) => engine.put(key, Buffer.from(key).reverse())));
      const found = await collect(engine.range(Buffer.from([0])));
      assert.deepEqual(
        found.map(([key]) => Buffer.from(key).toString('hex')),
        keys.map((key) => key.toString('hex')),
      );
      for (const [key, value] of found) assert.ok(Buffer.from(key).reverse().equals(value));
    }),
  },
  {
    name: 'a range has its start and not its end, and either bound may be absent',
    run: using(async (engine) => {
      for (const key of ['b', 'd', 'f']) await engine.put(text(key), text(key));
      const keys = async (start: string, end?: string): Promise<string> =>
        (await collect(engine.range(text(start), end === undefined ? undefined : text(end))))
          .map(([key]) => Buffer.from(key).toString())
          .join('');
      assert.equal(await keys('b', 'f'), 'bd');
      assert.equal(await keys('a', 'g'), 'bdf');
      assert.equal(await keys('c', 'e'), 'd');
      assert.equal(await keys('d'), 'df');
      assert.equal(await keys('g'), '');
      assert.equal(await keys('d', 'd'), '');
      assert.equal(await keys('f', 'b'), '');
      assert.equal(await keys('b', 'b\0'), 'b');
    }),
  },
  {
    name: 'a prefix stands before what it begins',
    run: using(async (engine) => {
      for (const key of ['aa', 'a', 'b', 'a\0', 'a\xff'])
        await engine.put(Buffer.from(key, 'latin1'), text('v'));
      const found = await collect(engine.range(text('a')));
      assert.deepEqual(
        found.map(([key]) => Buffer.from(key).toString('latin1')),
        ['a', 'a\0', 'aa', 'a\xff', 'b'],
      );
    }),
  },
  {
    name: 'a range skips deleted entries and shows the newest value',
    run: using(async (engine) => {
      for (let i = 0; i < 50; i++) await engine.put(text(`k${i + 10}`), text('old'));
      for (let i = 0; i < 50; i += 2) await engine.delete(text(`k${i + 10}`));
      for (let i = 1; i < 50; i += 2) await engine.put(text(`k${i + 10}`), text(`new${i}`));
      const found = await collect(engine.range(text('k')));
      assert.deepEqual(
        found.map(([key, value]) => `${Buffer.from(key)}=${Buffer.from(value)}`),
        Array.from({ length: 25 }, (_, i) => `k${2 * i + 11}=new${2 * i + 1}`),
      );
    }),
  },
  {
    name: 'batches of a range keep to their number of entries and lose nothing between them',
    run: using(async (engine) => {
      const expected = Array.from({ length: 1_000 }, (_, i) => `k${i + 1_000}`);
      await Promise.all(expected.map((key) => engine.put(text(key), text(key))));
      for (const size of [1, 7, 999, 1_000, 5_000]) {
        const cursor = engine.range(text('k'));
        const found: string[] = [];
        for (let batch = await cursor.next(size); batch.length > 0; batch = await cursor.next(size)) {
          assert.ok(batch.length <= size);
          found.push(...batch.map(([key]) => Buffer.from(key).toString()));
        }
        assert.deepEqual(await cursor.next(size), [], 'the end stays the end');
        await cursor.close();
        await cursor.close();
        assert.deepEqual(found, expected);
      }
    }),
  },
  {
    name: 'a range of large values comes in batches that are closed at 256 KiB',
    run: using(async (engine) => {
      const value = Buffer.alloc(100_000, 1);
      for (let i = 0; i < 12; i++) await engine.put(text(`k${i + 10}`), value);
      const cursor = engine.range(text('k'));
      let entries = 0;
      for (let batch = await cursor.next(1_000); batch.length > 0; batch = await cursor.next(1_000)) {
        assert.ok(batch.length <= 3, `a batch of ${batch.length} entries of 100,000 bytes`);
        entries += batch.length;
      }
      await cursor.close();
      assert.equal(entries, 12);
    }),
  },
  {
    name: 'a range shows one moment (supports.snapshotRanges)',
    run: using(async (engine) => {
      if (!engine.supports.snapshotRanges) return;
      for (let i = 0; i < 100; i++) await engine.put(text(`k${i + 100}`), text('before'));
      const cursor = engine.range(text('k'));
      await Promise.all([
        ...Array.from({ length: 100 }, (_, i) => engine.put(text(`k${i + 100}`), text('after'))),
        engine.put(text('k150.5'), text('new')),
      ]);
      await engine.delete(text('k199'));
      const found: Entry[] = [];
      for (let batch = await cursor.next(10); batch.length > 0; batch = await cursor.next(10))
        found.push(...batch);
      await cursor.close();
      assert.equal(found.length, 100);
      assert.ok(found.every(([, value]) => Buffer.from(value).toString() === 'before'));
    }),
  },
  {
    name: 'getText, where it is offered, gives strings whose UTF-8 is the value, byte for byte, or NOT_TEXT',
    run: using(async (engine) => {
      if (engine.getText === undefined) return;
      const random = seeded(4);
      const bytes = (): Buffer =>
        Buffer.from(Array.from({ length: 1 + Math.floor(random() * 12) }, () => Math.floor(random() * 256)));
      const values = [
        ...[
          '',
          'ascii',
          '\0\x7f',
          'ключ',
          '\u{1f600}',
          '\ufeffmark',
          'half \ufffd',
          '\u07ff\u0800\uffff',
        ].map(text),
        ...['c080', 'eda080', 'f4908080', 'fe', 'e282', '61ff62', 'efbbbf', 'f0808080'].map((hex) =>
          Buffer.from(hex, 'hex'),
        ),
        ...Array.from({ length: 200 }, bytes),
        Buffer.alloc(100_000, 'long'),
      ];
      for (const [at, value] of values.entries()) {
        await engine.put(text(`k${at}`), value);
        // An engine may answer NOT_TEXT for a while after a value that was none.
        for (let again = 0; again < 200; again++) {
          const found = engine.getText(`k${at}`);
          if (found === NOT_TEXT) continue;
          assert.notEqual(found, undefined);
          assert.ok(Buffer.from(found!).equals(value), `value ${value.toString('hex', 0, 40)}`);
          break;
        }
        assert.ok(value.equals((await engine.get(text(`k${at}`)))!));
      }
      let absent = engine.getText('absent');
      for (let again = 0; again < 200 && absent === NOT_TEXT; again++) absent = engine.getText('absent');
      assert.ok(absent === undefined || absent === NOT_TEXT);
    }),
  },
  {
    name: 'writes to one key apply in the order of the calls',
    run: using(async (engine) => {
      const writes: Promise<void>[] = [];
      for (let i = 0; i < 500; i++) {
        writes.push(i % 7 === 6 ? engine.delete(text('k')) : engine.put(text('k'), text(`v${i}`)));
      }
      await Promise.all(writes);
      assert.equal(Buffer.from((await engine.get(text('k')))!).toString(), 'v499');
    }),
  },
  {
    name: 'an acknowledged write is visible to every later read',
    run: using(async (engine) => {
      await Promise.all(
        Array.from({ length: 50 }, async (_, writer) => {
          for (let i = 0; i < 20; i++) {
            await engine.put(text(`w${writer}`), text(`${i}`));
            // Asked twice, so that what one answer leaves behind shows in a later one.
            for (let again = 0; again < 2; again++) {
              const direct = engine.getText?.(`w${writer}`) ?? NOT_TEXT;
              if (direct !== NOT_TEXT) assert.equal(direct, `${i}`);
              assert.equal(Buffer.from((await engine.get(text(`w${writer}`)))!).toString(), `${i}`);
            }
          }
        }),
      );
    }),
  },
  {
    name: "the engine keeps no reference to the arrays of a settled write, nor the caller to the engine's",
    run: using(async (engine) => {
      const key = text('key');
      const value = text('value');
      await engine.put(key, value);
      key.fill(0);
      value.fill(0);
      const first = (await engine.get(text('key')))!;
      assert.equal(Buffer.from(first).toString(), 'value');
      first.fill(0);
      assert.equal(Buffer.from((await engine.get(text('key')))!).toString(), 'value');
    }),
  },
  {
    name: 'agrees with a sorted map over 3,000 random operations',
    run: using(async (engine) => {
      const model = new Map<string, string>();
      const random = seeded(20_251_121);
      const key = (): string => `k${Math.floor(random() * 200)}`;
      for (let step = 0; step < 3_000; step++) {
        const choice = random();
        const k = key();
        if (choice < 0.5) {
          await engine.put(text(k), text(`v${step}`));
          model.set(k, `v${step}`);
        } else if (choice < 0.7) {
          await engine.delete(text(k));
          model.delete(k);
        } else if (choice < 0.98) {
          const value = await engine.get(text(k));
          assert.equal(value && Buffer.from(value).toString(), model.get(k));
        } else {
          const end = key();
          const expected = [...model]
            .filter(([name]) => name >= k && name < end)
            .sort(([a], [b]) => (a < b ? -1 : 1));
          const found = await collect(engine.range(text(k), text(end)));
          assert.deepEqual(
            found.map(([name, value]) => [Buffer.from(name).toString(), Buffer.from(value).toString()]),
            expected,
          );
        }
      }
    }),
  },
  {
    name: 'reads and writes go on during compaction, which changes nothing',
    run: using(async (engine) => {
      for (let i = 0; i < 200; i++) await engine.put(text(`k${i}`), text(`v${i}`));
      const compaction = engine.compact();
      await engine.put(text('during'), text('1'));
      assert.equal(Buffer.from((await engine.get(text('k7')))!).toString(), 'v7');
      await compaction;
      assert.equal((await collect(engine.range(text('a')))).length, 201);
    }),
  },
  {
    name: 'times are filled in where asked for: started before finished',
    run: using(async (engine) => {
      for (const call of [
        (times: { started_ms: number; finished_ms: number }) => engine.put(text('k'), text('v'), times),
        (times: { started_ms: number; finished_ms: number }) => engine.get(text('k'), times),
        (times: { started_ms: number; finished_ms: number }) => engine.delete(text('k'), times),
      ]) {
        const before = performance.now();
        const times = { started_ms: 0, finished_ms: 0 };
        await call(times);
        assert.ok(times.started_ms >= before && times.finished_ms >= times.started_ms);
      }
    }),
  },
  {
    name: 'after close everything rejects with KV_CLOSED, and close may be called again',
    run: async (place) => {
      const engine = await place.open();
      await engine.close();
      await engine.close();
      await rejectsWith('KV_CLOSED', async () => engine.get(text('k')));
      await rejectsWith('KV_CLOSED', async () => engine.put(text('k'), text('v')));
      await rejectsWith('KV_CLOSED', async () => engine.delete(text('k')));
      await rejectsWith('KV_CLOSED', async () => collect(engine.range(text('k'))));
      await rejectsWith('KV_CLOSED', async () => engine.compact());
    },
  },
  {
    name: 'close finishes the writes it was given; they are there after open (supports.persistence)',
    run: async (place) => {
      const first = await place.open();
      if (!first.supports.persistence) return first.close();
      const writes = Array.from({ length: 300 }, (_, i) => first.put(text(`k${i}`), text(`v${i}`)));
      const closing = first.close();
      await Promise.all([...writes, closing]);
      const second = await place.open();
      try {
        for (let i = 0; i < 300; i++)
          assert.equal(Buffer.from((await second.get(text(`k${i}`)))!).toString(), `v${i}`);
        await second.delete(text('k5'));
      } finally {
        await second.close();
      }
      const third = await place.open();
      try {
        assert.equal(await third.get(text('k5')), undefined, 'a deletion persists too');
        assert.equal((await collect(third.range(text('a')))).length, 299);
      } finally {
        await third.close();
      }
    },
  },
];

function using(run: (engine: Engine) => Promise<void>): (place: EnginePlace) => Promise<void> {
  return async (place) => {
    const engine = await place.open();
    try {
      await run(engine);
    } finally {
      await engine.close();
    }
  };
}
