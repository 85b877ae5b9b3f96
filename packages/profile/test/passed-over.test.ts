import { setImmediate as immediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  channels,
  closeContext,
  context,
  currentContext,
  isSampled,
  listen,
  openContext,
  sampleRoots,
} from '../src/index.ts';
import { shared } from '../src/state.ts';

describe('a root that is passed over', () => {
  /** Passes every root over whose name says so, and notes what is told. */
  function passing(): { told: string[]; stop: () => void } {
    const told: string[] = [];
    const failed = (error: unknown): void => {
      throw error;
    };
    const stops = [
      sampleRoots(({ name }) => !name.startsWith('passed')),
      listen(channels.contextOpen, ({ context: opened }) => told.push(`open ${opened.name}`), failed),
      listen(channels.contextClose, ({ context: closed }) => told.push(`close ${closed.name}`), failed),
    ];
    return { told, stop: () => stops.forEach((stop) => void stop()) };
  }

  test('is told to nobody, nor is what is in it', async () => {
    const { told, stop } = passing();
    try {
      for (const name of ['passed', 'heard']) {
        await context(name, async () => {
          expect(isSampled(currentContext()!)).toBe(name === 'heard');
          context('inner', () => expect(isSampled(currentContext()!)).toBe(name === 'heard'));
          await immediate();
          expect(currentContext()?.name).toBe(name);
        });
        const byHand = openContext(`${name} by hand`, null);
        closeContext(byHand);
        expect(byHand.closedAt).toBeGreaterThan(0);
      }
    } finally {
      stop();
    }
    expect(told).toEqual([
      ...['open heard', 'open inner', 'close inner', 'close heard'],
      ...['open heard by hand', 'close heard by hand'],
    ]);
  });

  test('settles when a root that is heard would, with the same value or error', async () => {
    const { stop } = passing();
    const order = async (name: string): Promise<unknown[]> => {
      const seen: unknown[] = [];
      let turn = 0;
      const error = new Error('mine');
      const works: (() => unknown)[] = [
        () => 'at once',
        () => Promise.resolve('resolved'),
        () => Promise.reject(error),
        async () => 'asynchronous',
        async () => {
          await null;
          throw error;
        },
        // biome-ignore lint/suspicious/noThenProperty: a query builder is one
        () => ({ then: (resolve: (value: unknown) => void) => resolve('lazy') }),
      ];
      for (const work of works) {
        const result = context(name, work);
        if (result instanceof Promise) {
          result.then(
            (value) => seen.push([turn, value]),
            (reason) => seen.push([turn, reason]),
          );
        } else seen.push(result);
      }
      for (; turn < 10; turn++) await null;
      return seen;
    };
    try {
      const heard = await order('heard');
      expect(heard).toHaveLength(6);
      expect(await order('passed')).toEqual(heard);
    } finally {
      stop();
    }
  });

  test('leaves a rejection that the program ignores unhandled, once', async () => {
    const { stop } = passing();
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', note);
    try {
      const errors = [new Error('passed'), new Error('heard')];
      for (const error of errors) void context(error.message, () => Promise.reject(error));
      await immediate();
      expect(unhandled).toEqual(errors);
    } finally {
      stop();
      process.off('unhandledRejection', note);
      for (const other of others) process.on('unhandledRejection', other);
    }
  });

  test('is passed over by whoever samples last, as long as they do', () => {
    const isHeard = (): boolean => isSampled(openContext('root', null));
    const stopFirst = sampleRoots(() => true);
    const stopLast = sampleRoots(() => false);
    expect(isHeard()).toBe(false);
    stopFirst();
    expect(isHeard()).toBe(false);
    stopLast();
    expect(isHeard()).toBe(true);
  });

  test('of an older copy of the package says nothing of it, and is heard', () => {
    const root = openContext('older', null);
    Reflect.deleteProperty(root, 'sampled');
    expect(isSampled(openContext('inner', root))).toBe(true);
  });

  test('is heard where an older copy of the package made what copies share, until somebody samples', () => {
    const isHeard = (): boolean => isSampled(openContext('root', null));
    Reflect.deleteProperty(shared, 'sampler');
    expect(isHeard()).toBe(true);
    const stop = sampleRoots(() => false);
    expect(isHeard()).toBe(false);
    stop();
    expect(isHeard()).toBe(true);
  });
});
