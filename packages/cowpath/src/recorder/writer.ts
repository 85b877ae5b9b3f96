import { type Segment, saveSegment, saveSegmentSync, segmentName } from '@cowpath/profile';
import type { Options } from './options.ts';
import type { Recorder } from './recorder.ts';

/**
 * Saves what is recorded, every flush interval and when the process ends. A folder that cannot be written
 * gives one warning, and the program goes on.
 */
export class Writer {
  readonly #recorder: Recorder;
  readonly #options: Options;
  readonly #warn: (message: string) => void;
  #from_ms = Date.now();
  #name: string | null = null;
  /** A segment whose span is over, until it is on disk. */
  #full: { readonly name: string; readonly segment: Segment } | null = null;
  /** The recorder's `changes` that are on disk. */
  #saved = -1;
  #saving: Promise<void> | null = null;
  /** The save that follows the one under way. */
  #next: Promise<void> | null = null;
  #warned = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(recorder: Recorder, options: Options, warn: (message: string) => void) {
    this.#recorder = recorder;
    this.#options = options;
    this.#warn = warn;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.flush(), this.#options.flush_interval_ms).unref();
  }

  /** Saves everything that has been recorded until now, if anything has since the last time. Never rejects. */
  flush(): Promise<void> {
    if (this.#saving) {
      // What it saves may be older than what is asked for.
      this.#next ??= this.#saving.then(() => {
        this.#next = null;
        return this.flush();
      });
      return this.#next;
    }
    this.#saving = this.#flush().finally(() => {
      this.#saving = null;
    });
    return this.#saving;
  }

  /** For a process that is ending: everything, now; also what an asynchronous save has under way, which may not end. */
  flushSync(): void {
    try {
      this.#recorder.settle(true);
      if (this.#full) saveSegmentSync(this.#options.folder, this.#full.name, this.#full.segment);
      const segment = this.#take();
      if (segment) saveSegmentSync(this.#options.folder, this.#name!, segment);
    } catch (error) {
      this.#failed(error);
    }
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #flush(): Promise<void> {
    try {
      this.#recorder.settle();
      const age_ms = Date.now() - this.#from_ms;
      // Below 0: the clock was set back, and the segment's times mean nothing to what comes now.
      const over = age_ms < 0 || age_ms >= this.#options.segment_span_ms;
      if (over && this.#full === null) this.#begin();
      if (this.#full) {
        await saveSegment(this.#options.folder, this.#full.name, this.#full.segment);
        this.#full = null;
      }
      const { changes } = this.#recorder;
      const segment = this.#take();
      if (!segment) return;
      await saveSegment(this.#options.folder, this.#name!, segment);
      this.#saved = changes;
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Begins a new segment; the one before is whole. */
  #begin(): void {
    const segment = this.#take();
    if (segment) this.#full = { name: this.#name!, segment };
    this.#recorder.rotate();
    this.#name = null;
    this.#from_ms = Date.now();
    this.#saved = this.#recorder.changes;
  }

  /** The segment to save; null when nothing was recorded, or nothing since the last time. */
  #take(): Segment | null {
    const recorder = this.#recorder;
    if (recorder.changes === this.#saved || recorder.builder.contexts.size === 0) return null;
    const segment = recorder.segment(this.#from_ms);
    this.#name ??= segmentName(segment);
    return segment;
  }

  #failed(error: unknown): void {
    this.#recorder.guard.failed('COWPATH_NOT_SAVED', error);
    if (this.#warned) return;
    this.#warned = true;
    this.#warn(
      `COWPATH_NOT_SAVED: the profile cannot be written to ${this.#options.folder} (${(error as Error).message}). ` +
        'The program goes on; recording is kept in memory and tried again. Set COWPATH_DIR to a folder that can be written.',
    );
  }
}
