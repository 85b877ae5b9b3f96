import { spawnSync } from 'node:child_process';
import type { Reporter, TestModule } from 'vitest/node';

/** A file that blocks its process cannot be ended by its own time limits; after this long without news, the run is. */
const silence_max_ms = 10 * 60_000;

/** Ends a test run with one plain line of counts, which any tool can read; ends one that hangs, and says where. */
export default class SummaryReporter implements Reporter {
  readonly #running = new Set<string>();
  #watch: NodeJS.Timeout | undefined;

  onTestModuleStart(module: TestModule): void {
    this.#running.add(module.relativeModuleId);
    this.#news();
  }

  onTestCaseResult(): void {
    this.#news();
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(module.relativeModuleId);
    this.#news();
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    clearTimeout(this.#watch);
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed' || state === 'failed') counts[state]++;
        else counts.skipped++;
      }
      // A file that does not load has no tests to fail.
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed++;
    }
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }

  #news(): void {
    clearTimeout(this.#watch);
    // A soak is silent for long by its nature.
    if (process.env.COWPATH_SOAK === '1') return;
    this.#watch = setTimeout(() => {
      const files = [...this.#running].join(', ');
      console.error(
        `\nNothing was heard for ${silence_max_ms / 60_000} minutes from: ${files}. The run ends here.`,
      );
      // Its workers hold this run's output open.
      spawnSync('pkill', ['-KILL', '-P', String(process.pid)]);
      process.exit(1);
    }, silence_max_ms);
    this.#watch.unref();
  }
}
