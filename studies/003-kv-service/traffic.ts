import type { Operation } from './stages.ts';

/** Entries in the store before a stage is loaded. */
export const ENTRIES = 100_000;
export const VALUE: Buffer = Buffer.alloc(100, 'v');
/** As in the source: about ten thousand pairs an answer. */
const RANGE_ENTRIES = 10_000;

export const keyOf = (at: number): string => `key${String(at).padStart(9, '0')}`;

/** The bytes of one request of each kind, over uniformly random keys. */
export function requestOf(operation: Operation): () => Buffer {
  const line = (method: string, path: string, headers = ''): Buffer =>
    Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`, 'latin1');
  const any = (count: number): number => Math.floor(Math.random() * count);
  switch (operation) {
    case 'get':
      return () => line('GET', `/v0/entity?id=${keyOf(any(ENTRIES))}`);
    case 'get missing':
      // Between two keys that are there, so that only the filter or the block itself can say no.
      return () => line('GET', `/v0/entity?id=${keyOf(any(ENTRIES))}x`);
    case 'put':
      return () =>
        Buffer.concat([
          line('PUT', `/v0/entity?id=${keyOf(any(ENTRIES))}`, `Content-Length: ${VALUE.length}\r\n`),
          VALUE,
        ]);
    case 'range':
      return () => {
        const from = any(ENTRIES - RANGE_ENTRIES);
        return line('GET', `/v0/entities?start=${keyOf(from)}&end=${keyOf(from + RANGE_ENTRIES)}`);
      };
  }
}
