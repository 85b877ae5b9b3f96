import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Context,
  channels,
  closeContext,
  context,
  currentContext,
  currentFrame,
  type Load,
  NAME_LENGTH_MAX,
  openContext,
  pathOf,
  runInContext,
  runInFrame,
  runInLoad,
} from '../src/index.ts';

/** Where the code is that calls this, as names from the root inward. */
function here(): string[] {
  const at = currentContext();
  return at ? pathOf(at) : [];
}

describe('context()', () => {
  test('nests like calls, and ends with them', () => {
    expect(here()).toEqual([]);
    const result = context('a', () => {
      expect(here()).toEqual(['a']);
      const inner = context('b', () => here());
      expect(here()).toEqual(['a']);
      return inner;
    });
    expect(result).toEqual(['a', 'b']);
    expect(here()).toEqual([]);
  });

  test('is kept across await, timers, queued microtasks and nested promises', async () => {
    const seen = await context('job', async () => {
      const found: string[][] = [];
      const note = (): void => void found.push(here());
      const noteIn = (schedule: (fn: () => void) => unknown): Promise<void> =>
        new Promise((resolve) => {
          schedule(() => {
            note();
            resolve();
          });
        });
      await immediate();
      note();
      await Promise.all(
        [1, 2, 3].map((n) =>
          context(`part ${n}`, async () => {
            await sleep(n);
            note();
          }),
        ),
      );
      await noteIn((fn) => setTimeout(fn, 1));
      await noteIn(queueMicrotask);
      await noteIn(process.nextTick);
      return found;
    });
    expect(seen.slice(0, 1)).toEqual([['job']]);
    expect(seen.slice(1, 4).sort()).toEqual([1, 2, 3].map((n) => ['job', `part ${n}`]));
    expect(seen.slice(4)).toEqual([['job'], ['job'], ['job']]);
  });

  test('of work running side by side stay apart', async () => {
    const one = async (name: string): Promise<string[][]> =>
      context(name, async () => {
        const found = [here()];
        for (let i = 0; i < 5; i++) {
          await immediate();
          found.push(here());
        }
        return found;
      });
    const [a, b] = await Promise.all([one('a'), one('b')]);
    expect(new Set(a!.flat())).toEqual(new Set(['a']));
    expect(new Set(b!.flat())).toEqual(new Set(['b']));
  });

  test('an event is heard in the context of whoever emits it, unless the listener was bound', () => {
    const emitter = new EventEmitter();
    const heard: string[][] = [];
    context('listener', () => {
      const frame = currentFrame();
      emitter.on('x', () => heard.push(here()));
      emitter.on('x', () => runInFrame(frame, () => heard.push(here())));
    });
    context('emitter', () => emitter.emit('x'));
    expect(heard).toEqual([['emitter'], ['listener']]);
  });

  test('gives back what the function returned, and what it threw, itself', async () => {
    const value = { some: 'object' };
    expect(context('a', () => value)).toBe(value);
    const error = new Error('mine');
    expect(() =>
      context('a', () => {
        throw error;
      }),
    ).toThrow(error);
    await expect(context('a', () => Promise.reject(error))).rejects.toBe(error);
    await expect(context('a', async () => value)).resolves.toBe(value);
    for (const odd of [undefined, null, 0, '', Symbol.iterator]) {
      expect(context('a', () => odd)).toBe(odd);
      await expect(context('a', () => Promise.reject(odd))).rejects.toBe(odd);
    }
    expect(here()).toEqual([]);
  });

  test('closes when the function has returned, thrown or settled, and only then', async () => {
    const caught = (fn: () => unknown): Context => {
      let inner: Context | undefined;
      try {
        context('a', () => {
          inner = currentContext();
          return fn();
        });
      } catch {}
      return inner!;
    };
    expect(caught(() => 1).closedAt).toBeGreaterThan(0);
    expect(
      caught(() => {
        throw new Error('x');
      }).closedAt,
    ).toBeGreaterThan(0);
    let settle = (): void => {};
    const running = caught(
      () =>
        new Promise<void>((resolve) => {
          settle = resolve;
        }),
    );
    await immediate();
    expect(running.closedAt).toBe(0);
    settle();
    await immediate();
    expect(running.closedAt).toBeGreaterThan(0);
  });

  test('starts a lazy thenable inside, once', async () => {
    let started = 0;
    const lazy = {
      // biome-ignore lint/suspicious/noThenProperty: a query builder is one
      then(resolve: (value: string[]) => unknown): void {
        started++;
        setImmediate(() => resolve(here()));
      },
    };
    const result = context('query', () => lazy as unknown as Promise<string[]>);
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toEqual(['query']);
    expect(started).toBe(1);
  });

  test('a thenable that throws at once rejects and closes', async () => {
    const error = new Error('builder');
    let inner: Context | undefined;
    const broken = {
      // biome-ignore lint/suspicious/noThenProperty: a query builder is one
      then(): void {
        inner = currentContext();
        throw error;
      },
    };
    await expect(context('query', () => broken as unknown as Promise<void>)).rejects.toBe(error);
    expect(inner!.closedAt).toBeGreaterThan(0);
  });

  test('refuses names that are none, and says what a name is', () => {
    const bad: unknown[] = ['', 'x'.repeat(NAME_LENGTH_MAX + 1), undefined, null, 5, {}];
    for (const name of bad) {
      expect(() => context(name as string, () => 1)).toThrow(
        expect.objectContaining({ name: 'TypeError', code: 'COWPATH_BAD_CONTEXT_NAME' }),
      );
    }
    expect(() => context('a', 5 as unknown as () => void)).toThrow(
      expect.objectContaining({ code: 'COWPATH_BAD_CONTEXT_FUNCTION' }),
    );
    expect(context('x'.repeat(NAME_LENGTH_MAX), () => 1)).toBe(1);
  });
});

describe('opening and closing by hand', () => {
  test('numbers are unique, roots know themselves, closing twice does nothing', () => {
    const root = openContext('root', null);
    const inner = openContext('inner', root);
    expect(inner.root).toBe(root);
    expect(root.root).toBe(root);
    expect(inner.id).not.toBe(root.id);
    closeContext(inner);
    const { closedAt } = inner;
    closeContext(inner);
    expect(inner.closedAt).toBe(closedAt);
    expect(runInContext(inner, here)).toEqual(['root', 'inner']);
  });

  test('null makes a root even inside another', () => {
    context('outer', () => {
      expect(pathOf(openContext('root', null))).toEqual(['root']);
      expect(pathOf(openContext('inner'))).toEqual(['outer', 'inner']);
    });
  });

  test('a frame of "outside" is outside', () => {
    context('a', () => expect(runInFrame(undefined, here)).toEqual([]));
  });

  test('a load is current inside runInLoad, and a context of its own inside is not in it', () => {
    const entity = { database: 'd', schema: null, table: 't' };
    const origin = { kind: 'query', entity, by: [], order: [] } as const;
    const load: Load = { parent: null, origin, reference: null, entity, context: null, slot: undefined };
    context('a', () => {
      expect(runInLoad(load, () => currentFrame()?.load)).toBe(load);
      expect(runInLoad(load, here)).toEqual(['a']);
      expect(runInLoad(load, () => context('b', () => currentFrame()?.load))).toBeNull();
      expect(currentFrame()?.load).toBeNull();
    });
    expect(runInLoad(load, () => currentFrame())).toBeUndefined();
  });
});

describe('messages', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  test('tell of opening and closing, once each', async () => {
    const told: string[] = [];
    const on = (word: string) => (message: { context: Context }) =>
      void told.push(`${word} ${message.context.name}`);
    const [opened, closed] = [on('open'), on('close')];
    channels.contextOpen.subscribe(opened);
    channels.contextClose.subscribe(closed);
    stops.push(() => channels.contextOpen.unsubscribe(opened));
    stops.push(() => channels.contextClose.unsubscribe(closed));
    await context('a', async () => context('b', () => 1));
    expect(told).toEqual(['open a', 'open b', 'close b', 'close a']);
  });
});

describe('several copies of the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cowpath-copy-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('share the context, its numbers and the channels', async () => {
    cpSync(join(import.meta.dirname, '../src'), folder, { recursive: true });
    const copy: typeof import('../src/index.ts') = await import(
      /* @vite-ignore */ pathToFileURL(join(folder, 'index.ts')).href
    );
    expect(copy.context).not.toBe(context);
    context('mine', () => {
      expect(copy.currentContext()).toBe(currentContext());
      copy.context('theirs', () => {
        expect(here()).toEqual(['mine', 'theirs']);
        expect(copy.currentContext()!.id).toBeGreaterThan(copy.currentContext()!.parent!.id);
      });
    });
    const told: string[] = [];
    const hear = (message: { context: Context }): void => void told.push(message.context.name);
    channels.contextOpen.subscribe(hear);
    copy.context('from the copy', () => {});
    channels.contextOpen.unsubscribe(hear);
    expect(told).toEqual(['from the copy']);
  });
});

describe('unhandled rejections', () => {
  const run = (kind: string): { status: number | null; stderr: string } =>
    spawnSync(
      process.execPath,
      ['--conditions=@cowpath/source', join(import.meta.dirname, 'programs/rejects.ts'), kind],
      { encoding: 'utf8' },
    );

  test('are as they would be without a context', () => {
    const bare = run('bare');
    const inside = run('context');
    expect(bare.status).toBe(1);
    expect(inside.status).toBe(1);
    const reports = (stderr: string): number => stderr.split('Error: nobody catches this').length - 1;
    expect(reports(bare.stderr)).toBe(1);
    expect(reports(inside.stderr)).toBe(1);
  });

  test('handled ones are not reported', () => {
    expect(run('caught')).toMatchObject({ status: 0, stderr: '' });
  });
});
