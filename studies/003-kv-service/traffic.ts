import type { Operation } from './stages.ts';

/** Entries in the store before a stage is loaded. */
export const ENTRIES = 100_000;
export const VALUE: Buffer = Buffer.alloc(100, 'v');
/** As in the source: about ten thousand pairs an answer. */
const RANGE_ENTRIES = 10_000;

export const keyOf = (at: number): string => `key${String(at).padStart(9, '0')}`;

/** A uniformly random place: of one key, or from where to where a range goes. */
export function placesOf(operation: Operation): { at: number; to: number } {
  const length = operation === 'range' ? RANGE_ENTRIES : 1;
  const at = Math.floor(Math.random() * (ENTRIES - length + 1));
  return { at, to: at + length };
}

/** The bytes of one request of each kind, over uniformly random keys. */
export function requestOf(operation: Operation): () => Buffer {
  const line = (method: string, path: string, headers = ''): Buffer =>
    Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`, 'latin1');
  switch (operation) {
    case 'get':
      return () => line('GET', `/v0/entity?id=${keyOf(placesOf(operation).at)}`);
    case 'get missing':
      // Between two keys that are there, so that only the filter or the block itself can say no.
      return () => line('GET', `/v0/entity?id=${keyOf(placesOf(operation).at)}x`);
    case 'put':
      return () =>
        Buffer.concat([
          line(
            'PUT',
            `/v0/entity?id=${keyOf(placesOf(operation).at)}`,
            `Content-Length: ${VALUE.length}\r\n`,
          ),
          VALUE,
        ]);
    case 'range':
      return () => {
        const { at, to } = placesOf(operation);
        return line('GET', `/v0/entities?start=${keyOf(at)}&end=${keyOf(to)}`);
      };
  }
}
