import assert from 'node:assert/strict';
import type { RecordedRequest } from './request.ts';

/** Why a line that was understood is no request to send. */
export type SkipReason =
  /** An empty line, or a comment of the format. */
  | 'blank'
  /** The connection was made, no request came (`"-"` in an access log). */
  | 'no-request'
  /** A line of the log about something else (application messages in JSON lines). */
  | 'not-a-request'
  /** CONNECT, which asks a proxy, not a server. */
  | 'connect'
  /** Beyond `requests_max`. */
  | 'over-requests-max';

export interface MalformedLine {
  readonly line: number;
  readonly why: string;
}

/** What became of every line: `lines = requests + all skipped + malformed`. */
export interface LineAccount {
  readonly lines: number;
  readonly requests: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly malformed: number;
  /** The first few malformed lines. */
  readonly malformed_first: readonly MalformedLine[];
  /** Requests that stood after one with a later time. They are sent in order of time. */
  readonly out_of_order: number;
  /** Requests without a time of their own. */
  readonly without_time: number;
}

/** Everything one log holds. */
export interface Traffic {
  readonly format: string;
  /** In order of time, ties in order of the log; in order of the log where any has no time. */
  readonly requests: readonly RecordedRequest[];
  readonly account: LineAccount;
  /** 1000 where every time is a whole second, as access logs write it; else 1. */
  readonly time_resolution_ms: number;
}

const MALFORMED_KEPT_MAX = 10;

/** What the readers of all formats feed; it keeps the account of lines. */
export class TrafficBuilder {
  private readonly format: string;
  private readonly requests_max: number;
  private readonly requests: RecordedRequest[] = [];
  private readonly skipped: Partial<Record<SkipReason, number>> = {};
  private readonly malformedFirst: MalformedLine[] = [];
  private lines = 0;
  private malformed = 0;
  private outOfOrder = 0;
  private withoutTime = 0;
  private latest_ms = Number.NEGATIVE_INFINITY;
  private wholeSeconds = true;

  constructor(format: string, requests_max: number) {
    this.format = format;
    this.requests_max = requests_max;
  }

  add(request: RecordedRequest): void {
    if (this.requests.length >= this.requests_max) {
      this.skip('over-requests-max');
      return;
    }
    this.lines++;
    this.requests.push(request);
    if (request.at_ms === undefined) {
      this.withoutTime++;
      return;
    }
    if (request.at_ms < this.latest_ms) this.outOfOrder++;
    else this.latest_ms = request.at_ms;
    if (request.at_ms % 1000 !== 0) this.wholeSeconds = false;
  }

  skip(reason: SkipReason): void {
    this.lines++;
    this.skipped[reason] = (this.skipped[reason] ?? 0) + 1;
  }

  reject(line: number, why: string): void {
    this.lines++;
    this.malformed++;
    if (this.malformedFirst.length < MALFORMED_KEPT_MAX) this.malformedFirst.push({ line, why });
  }

  build(): Traffic {
    const skipped = Object.values(this.skipped).reduce((sum, n) => sum + n, 0);
    assert.equal(this.lines, this.requests.length + skipped + this.malformed, 'every line has one fate');
    const requests =
      this.withoutTime === 0 ? this.requests.toSorted((a, b) => a.at_ms! - b.at_ms!) : this.requests;
    return {
      format: this.format,
      requests,
      account: {
        lines: this.lines,
        requests: requests.length,
        skipped: this.skipped,
        malformed: this.malformed,
        malformed_first: this.malformedFirst,
        out_of_order: this.outOfOrder,
        without_time: this.withoutTime,
      },
      time_resolution_ms: this.wholeSeconds && requests.length > this.withoutTime ? 1000 : 1,
    };
  }
}
