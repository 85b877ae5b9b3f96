import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Store } from '../../src/index.ts';

/** Everything that writers were told had been written, over all runs: values by key and revision. */
export class Acknowledged {
  readonly #writes = new Map<string, Map<number, string>>();
  readonly events: string[] = [];

  /** Starts the writer program; resolves when it writes. */
  async start(job: object, env: Record<string, string>): Promise<ChildProcess> {
    const program = path.join(import.meta.dirname, 'writer.ts');
    const child = spawn(process.execPath, ['--conditions=@cowpath/source', program, JSON.stringify(job)], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (data) => {
      errors += data;
    });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        if (line === 'open') resolve();
        this.#note(line);
      });
      void ended.then(() => reject(new Error(`the writer ended: ${errors}`)));
    });
    return child;
  }

  get count(): number {
    return [...this.#writes.values()].reduce((sum, revisions) => sum + revisions.size, 0);
  }

  /** The acknowledged writes that are not in the store as they were written; half-written things throw. */
  async missing(store: Store): Promise<string[]> {
    const missing: string[] = [];
    for (const [key, revisions] of this.#writes) {
      const latest = (await store.get(key))?.revision ?? 0;
      for (const [revision, value] of revisions) {
        const thing = await store.get(key, revision);
        if (thing?.data.title !== value) missing.push(`${key} ${revision}`);
      }
      await wholeHistory(store, key, latest);
    }
    return missing;
  }

  /** What was lost on purpose counts no more. */
  forget(): void {
    this.#writes.clear();
  }

  #note(line: string): void {
    const [key, revision, value] = line.split(' ');
    if (value === undefined) {
      this.events.push(line);
      return;
    }
    const revisions = this.#writes.get(key!) ?? new Map<number, string>();
    this.#writes.set(key!, revisions.set(Number(revision), value));
  }
}

/** Every revision is there, and queries find the latest one by its values, and by no older one's. */
async function wholeHistory(store: Store, key: string, latest: number): Promise<void> {
  if (latest === 0) return;
  for (let revision = 1; revision <= latest; revision++)
    assert.ok(await store.get(key, revision), `${key} lacks revision ${revision}`);
  const { data } = (await store.get(key))!;
  const mine = { name: 'key', op: '=', value: key } as const;
  const found = await store.things([mine, { name: 'title', op: '=', value: data.title as string }]);
  assert.deepEqual(found.items, [key]);
  assert.equal(await store.count([mine, { name: 'title', op: '!=', value: data.title as string }]), 0);
  assert.equal((await store.versions([mine], { limit: 10_000 })).items[0]!.revision, latest);
}

export async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await ended;
}
