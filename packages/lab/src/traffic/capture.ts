import { LabError } from '../errors.ts';
import type { TrafficBuilder } from './builder.ts';
import { CAPTURE_FORMAT, CAPTURE_VERSION } from './capture-format.ts';
import { readJsonRequest } from './json-lines.ts';

/**
 * Reads the lines of a capture (capture-format.ts) in order.
 * @throws LabError LOG_FORMAT_UNKNOWN for a version this release does not read
 */
export class CaptureReader {
  private started_ms: number | undefined;

  readLine(text: string, line: number, builder: TrafficBuilder): void {
    if (text.trim() === '') {
      builder.skip('blank');
      return;
    }
    let record: Record<string, unknown>;
    try {
      record = JSON.parse(text);
    } catch {
      // A process that was killed leaves half a last line.
      builder.reject(line, 'not JSON');
      return;
    }
    if (typeof record !== 'object' || record === null) {
      builder.reject(line, 'not a JSON object');
    } else if (record.format === CAPTURE_FORMAT) {
      this.readHeader(record, line, builder);
    } else if (record.end === true) {
      builder.skip('not-a-request');
    } else if (record.body_truncated === true) {
      builder.reject(line, 'the body was not recorded whole');
    } else if (this.started_ms === undefined || typeof record.at_ms !== 'number') {
      builder.reject(
        line,
        this.started_ms === undefined ? 'no capture header before it' : 'at_ms is not a number',
      );
    } else {
      readJsonRequest({ ...record, time: this.started_ms + record.at_ms }, line, builder);
    }
  }

  private readHeader(record: Record<string, unknown>, line: number, builder: TrafficBuilder): void {
    if (record.version !== CAPTURE_VERSION) {
      throw new LabError(
        'LOG_FORMAT_UNKNOWN',
        `line ${line}: capture version ${JSON.stringify(record.version)}; this release reads version ${CAPTURE_VERSION}`,
      );
    }
    const started = Date.parse(String(record.started));
    if (Number.isNaN(started)) {
      builder.reject(line, 'started is not an ISO 8601 time');
      return;
    }
    this.started_ms = started;
    builder.skip('not-a-request');
  }
}
