import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OnDemand } from '../../src/hooks/on-demand.ts';
import type { Method, Replaced } from '../../src/hooks/wrap.ts';
import { startPostgres } from '../postgres.ts';
import { succeed, temporary } from '../recorded.ts';

const HERE = import.meta.dirname;

class Bell {
  rung = 0;
  ring(times: number): number {
    this.rung += times;
    return this.rung;
  }
}

/** A class of its own for each test, with what is to count its calls while it is needed. */
function setting(): {
  Class: typeof Bell;
  own: Method;
  heard: unknown[];
  onDemand: OnDemand;
  standing: () => unknown;
} {
  const Class = class extends Bell {
    override ring(times: number): number {
      return super.ring(times);
    }
  };
  const own = Class.prototype.ring;
  const heard: unknown[] = [];
  const onDemand = new OnDemand();
  onDemand.add(Class.prototype, 'ring', heard, (replaced: Replaced<unknown[]>) => {
    return function ring(this: Bell, ...args: unknown[]): unknown {
      replaced.owner.push(args[0]);
      return replaced.original.apply(this, args);
    };
  });
  return { Class, own, heard, onDemand, standing: () => Class.prototype.ring };
}

/** As another tool does that says nothing of what it has replaced. */
function replaceSilently(prototype: Bell, calls: unknown[]): Method {
  const under = prototype.ring;
  const theirs = function ring(this: Bell, times: number): number {
    calls.push(times);
    return under.call(this, times);
  };
  prototype.ring = theirs;
  return theirs;
}

describe('a replacement on demand', () => {
  it('stands there while it is needed, and else the program’s own method does', () => {
    const { Class, own, heard, onDemand, standing } = setting();
    const bell = new Class();
    const replacements = new Set<unknown>();
    for (let i = 0; i < 3; i++) {
      expect(standing()).toBe(own);
      bell.ring(10);
      onDemand.need();
      expect(standing()).not.toBe(own);
      replacements.add(standing());
      expect(Class.prototype.ring.name).toBe('ring');
      bell.ring(i);
      onDemand.need();
      onDemand.release();
      expect(standing()).not.toBe(own);
      onDemand.release();
    }
    expect(standing()).toBe(own);
    // Made once, and put back as it was.
    expect(replacements.size).toBe(1);
    expect(heard).toEqual([0, 1, 2]);
    expect(bell.rung).toBe(33);
    expect(Object.keys(Class.prototype)).toEqual([]);
  });

  it('is there at once where it is added while it is needed', () => {
    const { onDemand, heard } = setting();
    class Late extends Bell {
      override ring(times: number): number {
        return super.ring(times);
      }
    }
    onDemand.need();
    onDemand.add(Late.prototype, 'ring', heard, ({ owner, original }) => {
      return function ring(this: Bell, times: number): unknown {
        owner.push('late');
        return original.call(this, times);
      };
    });
    new Late().ring(1);
    expect(heard).toEqual(['late']);
  });

  it('hears of a method that another tool replaced while it was away, once', () => {
    const { Class, heard, onDemand, standing } = setting();
    onDemand.need();
    onDemand.release();
    const calls: unknown[] = [];
    const theirs = replaceSilently(Class.prototype, calls);
    const bell = new Class();
    for (let i = 0; i < 2; i++) {
      expect(standing()).toBe(theirs);
      onDemand.need();
      expect(bell.ring(1)).toBe(2 * i + 1);
      onDemand.release();
      bell.ring(1);
    }
    expect(standing()).toBe(theirs);
    expect(heard).toEqual([1, 1]);
    expect(calls).toEqual([1, 1, 1, 1]);
  });

  it('stays where another tool has replaced it, and hears each call once', () => {
    const { Class, heard, onDemand, standing } = setting();
    const calls: unknown[] = [];
    onDemand.need();
    const theirs = replaceSilently(Class.prototype, calls);
    onDemand.release();
    expect(standing()).toBe(theirs);
    const bell = new Class();
    for (let i = 0; i < 2; i++) {
      onDemand.need();
      bell.ring(1);
      onDemand.release();
    }
    expect(standing()).toBe(theirs);
    expect(heard).toEqual([1, 1]);
    expect(calls).toEqual([1, 1]);
    expect(bell.rung).toBe(2);
  });

  it('leaves alone what cannot be replaced', () => {
    const { heard, onDemand } = setting();
    const frozen = Object.freeze({ ring: () => 1 });
    let gets = 0;
    const accessor = {
      get ring() {
        gets++;
        return () => 1;
      },
    };
    for (const prototype of [frozen, accessor, {}]) {
      onDemand.add(prototype, 'ring', heard, ({ original }) => original);
    }
    onDemand.need();
    onDemand.release();
    expect(gets).toBe(0);
    expect(frozen.ring()).toBe(1);
  });

  it('is taken out for good at the end', () => {
    const { own, onDemand, standing } = setting();
    onDemand.need();
    onDemand.stop();
    expect(standing()).toBe(own);
    onDemand.release();
    onDemand.need();
    expect(standing()).toBe(own);
  });
});

it('nothing stands before the driver’s messages when no statement under way is followed', async () => {
  const postgres = await startPostgres();
  const place = temporary();
  try {
    const { stdout } = await succeed({
      args: ['--import', join(HERE, '../by-turns.mjs'), join(HERE, 'on-demand.mjs')],
      env: { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder, COWPATH_CATALOG: '0' },
      record: true,
    });
    expect(JSON.parse(stdout)).toEqual({
      // Which methods stand replaced.
      'passed over, under way': '',
      'passed over, answered': '',
      'followed, under way': 'submit emit bind execute',
      'followed, answered': '',
      'followed, failed': '',
      'both under way': 'submit emit bind execute',
      'the followed one answered': '',
      'passed over, with a callback, under way': 'submit emit bind execute',
      'passed over, with a callback, answered': '',
      'followed, cut off': '',
      'asked of a client that has ended': '',
      'passed over, waiting for a connection': '',
      'passed over, answered on it': '',
      'followed, waiting for a connection': 'newClient _acquireClient',
      'followed, answered on it': '',
    });
  } finally {
    place.remove();
    await postgres.stop();
  }
});
