import { afterEach, describe, expect, test } from 'vitest';
import { type CapturedStack, callSites, captureAwaiters, captureStack } from '../../src/sites/stack.ts';

const before = {
  limit: Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')!,
  prepare: Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace'),
};

afterEach(() => {
  Object.defineProperty(Error, 'stackTraceLimit', before.limit);
  if (before.prepare) Object.defineProperty(Error, 'prepareStackTrace', before.prepare);
  else Reflect.deleteProperty(Error, 'prepareStackTrace');
});

function namesOf(captured: CapturedStack | null | undefined): (string | null)[] {
  return captured ? callSites(captured).map((site) => site.getFunctionName()) : [];
}

function marked(): CapturedStack | null {
  return captureStack();
}

describe('a captured stack', () => {
  test("is deep whatever the program's limit, which stays", () => {
    const deep = (n: number): CapturedStack | null => (n === 0 ? marked() : deep(n - 1));
    for (const limit of [0, 1, 10, Number.POSITIVE_INFINITY]) {
      Error.stackTraceLimit = limit;
      const names = namesOf(deep(30));
      expect(names.filter((name) => name === 'deep')).toHaveLength(31);
      expect(Error.stackTraceLimit).toBe(limit);
    }
  });

  test('where the program has no limit, it has none afterwards', () => {
    Reflect.deleteProperty(Error, 'stackTraceLimit');
    expect(namesOf(marked())).toContain('marked');
    expect(Object.hasOwn(Error, 'stackTraceLimit')).toBe(false);
  });

  test('is not taken where the limit cannot be raised', () => {
    Object.defineProperty(Error, 'stackTraceLimit', { value: 10, writable: false });
    expect(captureStack()).toBeNull();
    let asked = 0;
    Object.defineProperty(Error, 'stackTraceLimit', {
      get: () => ++asked,
      set: () => ++asked,
      configurable: true,
    });
    expect(captureStack()).toBeNull();
    expect(asked).toBe(0);
  });

  test("is read without the program's prepareStackTrace, which stays as it was", () => {
    let ran = 0;
    const theirs = (): string => `theirs ${++ran}`;
    Object.defineProperty(Error, 'prepareStackTrace', {
      value: theirs,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    const descriptor = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
    expect(namesOf(marked())).toContain('marked');
    expect(ran).toBe(0);
    expect(Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')).toEqual(descriptor);
    expect(new Error('their own').stack).toBe('theirs 1');
  });

  test('is not read where prepareStackTrace cannot be changed unnoticed', () => {
    let noticed = 0;
    const captured = marked()!;
    Object.defineProperty(Error, 'prepareStackTrace', {
      get: () => void noticed++,
      set: () => void noticed++,
      configurable: true,
    });
    expect(callSites(captured)).toEqual([]);
    expect(noticed).toBe(0);
  });
});

describe('who awaits a promise', () => {
  /** The names of the functions that will go on when the promise is settled. */
  async function awaitersOf(use: (ask: () => Promise<unknown>) => unknown): Promise<(string | null)[]> {
    const captured: CapturedStack = {};
    let settle: (value: unknown) => void = () => {};
    const used = use(() => {
      const promise = new Promise((done) => {
        settle = done;
      });
      captureAwaiters(captured, promise);
      return promise;
    });
    await new Promise((turn) => setImmediate(turn));
    settle('rows');
    expect(await used).toBe('rows');
    return namesOf(captured.awaiters).filter((name) => name !== null && !/all$/i.test(name));
  }

  class Lazy {
    readonly #ask: () => Promise<unknown>;
    constructor(ask: () => Promise<unknown>) {
      this.#ask = ask;
    }
    // biome-ignore lint/suspicious/noThenProperty: ORMs' queries are such
    then<A, B>(done: (value: unknown) => A, failed: (error: unknown) => B): Promise<A | B> {
      return this.#ask().then(done, failed);
    }
  }

  test.each<[string, (ask: () => Promise<unknown>) => unknown]>([
    [
      'itself',
      (ask) =>
        (async function page() {
          return await ask();
        })(),
    ],
    [
      'through a function that returns it',
      (ask) =>
        (async function page() {
          return await (async () => ask())();
        })(),
    ],
    [
      'through a thenable',
      (ask) =>
        (async function page() {
          return await new Lazy(ask);
        })(),
    ],
    [
      'through `then`',
      (ask) =>
        (async function page() {
          return await ask().then((rows) => rows);
        })(),
    ],
    [
      'through `finally`',
      (ask) =>
        (async function page() {
          return await ask().finally(() => {});
        })(),
    ],
    [
      'among others',
      (ask) =>
        (async function page() {
          return (await Promise.all([1, new Lazy(ask)]))[1];
        })(),
    ],
  ])('%s', async (_, use) => {
    expect(await awaitersOf(use)).toContain('page');
  });

  test('two at once: nobody is named', async () => {
    const names = await awaitersOf(async (ask) => {
      const promise = ask();
      const one = (async function left() {
        return await promise;
      })();
      await (async function right() {
        return await promise;
      })();
      return one;
    });
    expect(names).not.toContain('left');
    expect(names).not.toContain('right');
  });

  test('nothing is attached to it: a rejection that nobody handles is one still', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.prependOnceListener('unhandledRejection', note);
    const others = process.listeners('unhandledRejection').filter((one) => one !== note);
    for (const one of others) process.off('unhandledRejection', one);
    try {
      captureAwaiters({}, Promise.reject(new Error('nobody listens')));
      await new Promise((turn) => setTimeout(turn, 20));
      expect(unhandled).toMatchObject([{ message: 'nobody listens' }]);
    } finally {
      process.off('unhandledRejection', note);
      for (const one of others) process.on('unhandledRejection', one as (reason: unknown) => void);
    }
  });
});
