import { LabError } from '../errors.ts';
import type { TrafficBuilder } from './builder.ts';
import { readJsonRequest } from './json-lines.ts';

interface NameValue {
  readonly name?: unknown;
  readonly value?: unknown;
}

interface HarEntry {
  readonly startedDateTime?: unknown;
  readonly request?: {
    readonly method?: unknown;
    readonly url?: unknown;
    readonly headers?: readonly NameValue[];
    readonly postData?: { readonly text?: unknown; readonly encoding?: unknown };
  };
  readonly response?: { readonly status?: unknown };
}

/**
 * Reads an HTTP Archive, version 1.1 or 1.2: one document, whose entries take the place of lines.
 * @throws LabError LOG_UNREADABLE when the document is not JSON or has no entries
 */
export function readHar(text: string, builder: TrafficBuilder): void {
  let document: { log?: { entries?: unknown } };
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new LabError('LOG_UNREADABLE', `the HAR is not valid JSON: ${(cause as Error).message}`, { cause });
  }
  const entries = document?.log?.entries;
  if (!Array.isArray(entries)) throw new LabError('LOG_UNREADABLE', 'the HAR has no log.entries');
  entries.forEach((entry: HarEntry, index) => {
    readEntry(entry, index + 1, builder);
  });
}

function readEntry(entry: HarEntry, line: number, builder: TrafficBuilder): void {
  const request = entry?.request;
  if (!request || typeof request.url !== 'string') {
    builder.reject(line, 'entry without a request URL');
    return;
  }
  // Browsers list what never went over the network (data:, blob:, chrome-extension:) too.
  if (!/^https?:/i.test(request.url)) {
    builder.skip('not-a-request');
    return;
  }
  const headers = new Map<string, string[]>();
  for (const { name, value } of Array.isArray(request.headers) ? request.headers : []) {
    const key = String(name).toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), String(value)]);
  }
  const body = request.postData?.text;
  readJsonRequest(
    {
      time: entry.startedDateTime,
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(headers),
      ...(typeof body === 'string' && {
        body,
        body_encoding: request.postData?.encoding === 'base64' ? 'base64' : 'utf8',
      }),
      status: entry.response?.status,
    },
    line,
    builder,
  );
}
