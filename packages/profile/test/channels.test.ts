import { channel } from 'node:diagnostics_channel';
import { setImmediate as immediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CHANNELS_VERSION, channels, context, listen } from '../src/index.ts';

describe('channels', () => {
  test('have names that carry the version, so that other code can hear them', () => {
    expect(Object.values(channels).map(({ name }) => name)).toEqual(
      ['context.open', 'context.close', 'load', 'request'].map(
        (name) => `cowpath.v${CHANNELS_VERSION}.${name}`,
      ),
    );
    expect(channel(`cowpath.v${CHANNELS_VERSION}.load`)).toBe(channels.load);
  });

  test('nobody is there until somebody listens', () => {
    expect(channels.contextOpen.hasSubscribers).toBe(false);
    const stop = listen(
      channels.contextOpen,
      () => {},
      () => {},
    );
    expect(channels.contextOpen.hasSubscribers).toBe(true);
    stop();
    expect(channels.contextOpen.hasSubscribers).toBe(false);
  });
});

describe('a listener that throws', () => {
  test('does no harm to the program, nor to other listeners, and is told of', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown): void => void uncaught.push(error);
    process.on('uncaughtException', note);
    const failures: unknown[] = [];
    const heard: string[] = [];
    const error = new Error('listener');
    const stops = [
      listen(
        channels.contextOpen,
        () => {
          throw error;
        },
        (failure) => failures.push(failure),
      ),
      listen(channels.contextOpen, (message) => heard.push(message.context.name), note),
    ];
    try {
      expect(context('a', () => 5)).toBe(5);
      expect(await context('b', async () => 6)).toBe(6);
      await immediate();
    } finally {
      for (const stop of stops) stop();
      process.off('uncaughtException', note);
    }
    expect(failures).toEqual([error, error]);
    expect(heard).toEqual(['a', 'b']);
    expect(uncaught).toEqual([]);
  });

  test('whose failure cannot even be told of does no harm', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown): void => void uncaught.push(error);
    process.on('uncaughtException', note);
    const fail = (): never => {
      throw new Error('again');
    };
    const stop = listen(channels.contextClose, fail, fail);
    try {
      expect(context('a', () => 5)).toBe(5);
      await immediate();
    } finally {
      stop();
      process.off('uncaughtException', note);
    }
    expect(uncaught).toEqual([]);
  });
});
