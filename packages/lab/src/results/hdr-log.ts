import { closeSync, openSync, writeSync } from 'node:fs';
import { HistogramLogWriter } from 'hdr-histogram-js';
import { LabError } from '../errors.ts';
import type { LatencyHistogram } from '../run/latency-histogram.ts';

/** Values are microseconds; the log's column of maxima is in milliseconds. */
const US_PER_MS = 1000;

/**
 * Writes an HdrHistogram interval log: one untagged line an interval, written as it ends, so that a run cut
 * short leaves what it measured; and at the end one line for each route over the whole run, tagged with its
 * name (spaces and commas replaced, for the format has neither). Where the disk is full before the end, the rest
 * is left out and a warning is emitted: a run does not lose its result for its log.
 */
export class HdrLog {
  private readonly file: number;
  private readonly writer: HistogramLogWriter;
  private readonly started_ms: number;
  private from_s = 0;
  private broken = false;

  /** @throws LabError BAD_OPTION when the file cannot be written */
  constructor(path: string, started: Date, comment: string) {
    try {
      this.file = openSync(path, 'w', 0o600);
    } catch (cause) {
      throw new LabError(
        'BAD_OPTION',
        `cannot write the HdrHistogram log ${path}: ${(cause as Error).message}`,
        { cause },
      );
    }
    this.started_ms = started.getTime();
    this.writer = new HistogramLogWriter((text) => this.write(text));
    this.writer.outputLogFormatVersion();
    this.writer.outputComment(`[${comment}]`);
    this.writer.outputComment('[values in microseconds; maxima in milliseconds]');
    this.writer.outputStartTime(this.started_ms);
    this.writer.outputLegend();
  }

  /** @param to_s seconds since the start of the run */
  interval(histogram: LatencyHistogram, to_s: number): void {
    histogram.histogram.tag = '';
    this.writer.outputIntervalHistogram(histogram.histogram, this.from_s, to_s, US_PER_MS);
    this.from_s = to_s;
  }

  route(name: string, histogram: LatencyHistogram, to_s: number): void {
    histogram.histogram.tag = name.replace(/[\s,]+/g, '_');
    this.writer.outputIntervalHistogram(histogram.histogram, 0, to_s, US_PER_MS);
  }

  close(): void {
    closeSync(this.file);
  }

  private write(text: string): void {
    if (this.broken) return;
    try {
      writeSync(this.file, text);
    } catch (error) {
      this.broken = true;
      process.emitWarning(`the HdrHistogram log is not whole: ${(error as Error).message}`);
    }
  }
}
