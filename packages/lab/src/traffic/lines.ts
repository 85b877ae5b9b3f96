/** How many bytes of a line are kept; read anew for every piece, so that it may change on the way. */
export interface LineLimit {
  bytes_max: number;
}

/**
 * Splits bytes into lines at line feeds, and only there: U+2028 may stand inside a JSON string, and a lone
 * carriage return inside a log line. A carriage return before the line feed is dropped. The last line needs
 * no line feed. A line of more than `limit.bytes_max` bytes is given cut off, at that length or somewhat more.
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, limit: LineLimit): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a, from); end !== -1; end = chunk.indexOf(0x0a, from)) {
      yield trimmed(pieces, chunk.subarray(from, end));
      pieces = [];
      length = 0;
      from = end + 1;
    }
    if (from < chunk.length && length < limit.bytes_max) {
      pieces.push(chunk.subarray(from));
      length += chunk.length - from;
    }
  }
  if (pieces.length > 0) yield trimmed(pieces, Buffer.alloc(0));
}

function trimmed(pieces: readonly Buffer[], last: Buffer): Buffer {
  const line = pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}
