import type { IncomingMessage } from 'node:http';

/** What all bodies held at once may take; a body that finds no room counts as too large. */
export class BodyRoom {
  bytes = 67_108_864;
}

/** A copy of a request's body, made as the parser hands its pieces to the stream that the program reads. */
export class CapturedBody {
  /** Bytes that came, kept or not. */
  length = 0;
  readonly #bytes_max: number;
  readonly #room: BodyRoom;
  readonly #pieces: Buffer[] = [];
  #kept = 0;
  #complete = true;
  #ended = false;

  private constructor(bytes_max: number, room: BodyRoom) {
    this.#bytes_max = bytes_max;
    this.#room = room;
  }

  static of(request: IncomingMessage, bytes_max: number, room: BodyRoom): CapturedBody {
    const body = new CapturedBody(bytes_max, room);
    const { push } = request;
    // On the one request, and not enumerable: whoever looks at it sees the method that was there.
    Object.defineProperty(request, 'push', {
      value: function (this: IncomingMessage, ...args: Parameters<typeof push>): boolean {
        body.#onPiece(args[0]);
        return push.apply(this, args);
      },
      writable: true,
      configurable: true,
      enumerable: false,
    });
    return body;
  }

  /** @returns the body; undefined where it was too large, or did not come to its end */
  whole(): Buffer | undefined {
    return this.#complete && this.#ended ? Buffer.concat(this.#pieces) : undefined;
  }

  /** Lets go of the copy. */
  release(): void {
    this.#room.bytes += this.#kept;
    this.#kept = 0;
    this.#pieces.length = 0;
    this.#complete = false;
  }

  #onPiece(piece: unknown): void {
    if (piece === null) {
      this.#ended = true;
      return;
    }
    if (!(piece instanceof Uint8Array)) return;
    this.length += piece.length;
    if (!this.#complete) return;
    if (this.length > this.#bytes_max || piece.length > this.#room.bytes) {
      this.release();
      return;
    }
    // A copy: the program may write into the buffer that it is given.
    this.#pieces.push(Buffer.from(piece));
    this.#kept += piece.length;
    this.#room.bytes -= piece.length;
  }
}
