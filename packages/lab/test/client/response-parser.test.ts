import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResponseParser, ResponseSyntaxError } from '../../src/client/response-parser.ts';

interface Parsed {
  status: number;
  body: string;
  keepAlive: boolean;
  complete: boolean;
}

function parse(pieces: readonly Buffer[], headOnly = false, closes = false): Parsed {
  const parser = new ResponseParser();
  let body = '';
  parser.start(headOnly, { onHead: () => {}, onBody: (piece) => (body += piece.toString('latin1')) });
  let complete = false;
  for (const piece of pieces) complete = parser.push(piece);
  if (closes) complete = parser.end() || complete;
  expect(parser.bytes).toBe(body.length);
  return { status: parser.status, body, keepAlive: parser.keepAlive, complete };
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

const ANSWERS: Record<
  string,
  { text: string; status: number; body: string; keepAlive: boolean; headOnly?: boolean; closes?: boolean }
> = {
  'content-length': {
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    status: 200,
    body: 'hello',
    keepAlive: true,
  },
  'empty body': {
    text: 'HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n',
    status: 200,
    body: '',
    keepAlive: true,
  },
  chunked: {
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n, world!\r\n\r\n0\r\n\r\n',
    status: 200,
    body: 'hello, world!\r\n',
    keepAlive: true,
  },
  'chunked with trailers': {
    text: 'HTTP/1.1 201 Created\r\ntransfer-encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\nx: y\r\nz: 1\r\n\r\n',
    status: 201,
    body: 'abc',
    keepAlive: true,
  },
  'chunked beats content-length': {
    text: 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    status: 200,
    body: 'a',
    keepAlive: true,
  },
  'no content': {
    text: 'HTTP/1.1 204 No Content\r\ncontent-length: 7\r\n\r\n',
    status: 204,
    body: '',
    keepAlive: true,
  },
  'not modified': {
    text: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n',
    status: 304,
    body: '',
    keepAlive: true,
  },
  head: {
    text: 'HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n',
    status: 200,
    body: '',
    keepAlive: true,
    headOnly: true,
  },
  'interim answers first': {
    text: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    keepAlive: true,
  },
  'connection close': {
    text: 'HTTP/1.1 200 OK\r\nConnection: Close\r\ncontent-length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    keepAlive: false,
  },
  'HTTP/1.0': {
    text: 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    keepAlive: false,
  },
  'HTTP/1.0 kept alive': {
    text: 'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    keepAlive: true,
  },
  'until the connection closes': {
    text: 'HTTP/1.1 200 OK\r\n\r\nas long as it lasts',
    status: 200,
    body: 'as long as it lasts',
    keepAlive: false,
    closes: true,
  },
  'no reason phrase': {
    text: 'HTTP/1.1 500\r\ncontent-length: 0\r\n\r\n',
    status: 500,
    body: '',
    keepAlive: true,
  },
  'a header that ends like one it is not': {
    text: 'HTTP/1.1 200 OK\r\nx-content-length: 9\r\ncontent-length: 1\r\n\r\na',
    status: 200,
    body: 'a',
    keepAlive: true,
  },
};

describe('ResponseParser', () => {
  for (const [name, { text, closes, headOnly, ...expected }] of Object.entries(ANSWERS)) {
    it(`reads ${name}, whole, byte by byte and split at every place`, () => {
      const all = bytes(text);
      const ways = [[all], [...all].map((byte) => Buffer.of(byte))];
      for (let at = 1; at < all.length; at++) ways.push([all.subarray(0, at), all.subarray(at)]);
      for (const pieces of ways)
        expect(parse(pieces, headOnly, closes)).toEqual({ ...expected, complete: true });
    });
  }

  it('reads any body in any chunks in any pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
        (chunks, sizes) => {
          const framed = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
          const all = bytes(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${framed}0\r\n\r\n`);
          const pieces: Buffer[] = [];
          for (let at = 0, i = 0; at < all.length; i++) {
            const size = sizes[i % sizes.length]!;
            pieces.push(all.subarray(at, at + size));
            at += size;
          }
          expect(parse(pieces)).toEqual({
            status: 200,
            body: chunks.join(''),
            keepAlive: true,
            complete: true,
          });
        },
      ),
    );
  });

  it('is not complete before the end', () => {
    const { text } = ANSWERS.chunked!;
    for (let at = 1; at < text.length; at++) expect(parse([bytes(text.slice(0, at))]).complete).toBe(false);
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['no status', 'HTTP/1.1 abc OK\r\n\r\n'],
    ['a chunk size that is none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'],
    ['a chunk longer than its size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n'],
    ['bytes after the end', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab'],
    ['switched protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a content-length that is none', 'HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n'],
    [
      'two content-lengths that differ',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    ],
  ])('refuses %s', (_, text) => {
    expect(() => parse([bytes(text)])).toThrow(ResponseSyntaxError);
  });

  it('does not hold a head without end', () => {
    const parser = new ResponseParser();
    parser.start(false, undefined);
    expect(() => {
      parser.push(bytes('HTTP/1.1 200 OK\r\n'));
      for (let i = 0; i < 1000; i++) parser.push(bytes(`x: ${'y'.repeat(1000)}\r\n`));
    }).toThrow('256 KiB');
  });
});
