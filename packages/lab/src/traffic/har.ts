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
    readonly postData?: {
      readonly mimeType?: unknown;
      readonly text?: unknown;
      readonly encoding?: unknown;
      readonly params?: readonly NameValue[];
    };
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
  const body = bodyOf(request.postData);
  if (body === 'unknown') {
    builder.reject(line, 'the body was saved as fields only, and not of a urlencoded form');
    return;
  }
  readJsonRequest(
    {
      time: entry.startedDateTime,
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(headers),
      ...body,
      status: entry.response?.status,
    },
    line,
    builder,
  );
}

/** The body as text, or put together again from the fields of a form, which may stand in its place. */
function bodyOf(
  data: NonNullable<HarEntry['request']>['postData'],
): { readonly body: string; readonly body_encoding: 'utf8' | 'base64' } | undefined | 'unknown' {
  if (typeof data?.text === 'string')
    return { body: data.text, body_encoding: data.encoding === 'base64' ? 'base64' : 'utf8' };
  if (!Array.isArray(data?.params) || data.params.length === 0) return undefined;
  if (!/^application\/x-www-form-urlencoded\b/i.test(String(data.mimeType))) return 'unknown';
  const form = new URLSearchParams(
    data.params.map(({ name, value }): [string, string] => [String(name), String(value ?? '')]),
  );
  return { body: form.toString(), body_encoding: 'utf8' };
}
