import type { Engine } from '@cowpath/kv';

/** An engine with some methods replaced. The shortcut for texts is left out where reads are: it would go round them. */
export function wrap(engine: Engine, methods: Partial<Engine>): Engine {
  return {
    name: engine.name,
    supports: engine.supports,
    durability: engine.durability,
    get: (key, times) => engine.get(key, times),
    ...(engine.getText && methods.get === undefined ? { getText: engine.getText.bind(engine) } : {}),
    put: (key, value, times) => engine.put(key, value, times),
    delete: (key, times) => engine.delete(key, times),
    range: (start, end) => engine.range(start, end),
    compact: () => engine.compact(),
    health: () => engine.health(),
    stats: () => engine.stats(),
    close: () => engine.close(),
    ...methods,
  };
}
