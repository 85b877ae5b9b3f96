import type { Engine, EngineTransaction } from '../engines/engine.ts';

/** An engine that is open already and stays so: for several stores on it, one after another. */
export class Opened implements Engine {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get name(): Engine['name'] {
    return this.#engine.name;
  }

  get supports(): Engine['supports'] {
    return this.#engine.supports;
  }

  get layout(): Engine['layout'] {
    return this.#engine.layout;
  }

  async open(): Promise<void> {}

  async close(): Promise<void> {}

  begin(): Promise<EngineTransaction> {
    return this.#engine.begin();
  }

  get(...call: Parameters<Engine['get']>): ReturnType<Engine['get']> {
    return this.#engine.get(...call);
  }

  getMany(...call: Parameters<Engine['getMany']>): ReturnType<Engine['getMany']> {
    return this.#engine.getMany(...call);
  }

  things(...call: Parameters<Engine['things']>): ReturnType<Engine['things']> {
    return this.#engine.things(...call);
  }

  count(...call: Parameters<Engine['count']>): ReturnType<Engine['count']> {
    return this.#engine.count(...call);
  }

  versions(...call: Parameters<Engine['versions']>): ReturnType<Engine['versions']> {
    return this.#engine.versions(...call);
  }

  write(...call: Parameters<Engine['write']>): ReturnType<Engine['write']> {
    return this.#engine.write(...call);
  }
}
