import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parameter, parseTarget } from '../../src/http/query.ts';

const key = fc.uint8Array({ minLength: 1, maxLength: 60 });
const encodings: ((byte: number) => string)[] = [
  (byte) => `%${byte.toString(16).padStart(2, '0')}`,
  (byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
  (byte) =>
    /[A-Za-z0-9_.~-]/.test(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).padStart(2, '0')}`,
];

describe('parameters', () => {
  test('any bytes in any encoding, among any other parameters, come back', () => {
    fc.assert(
      fc.property(
        key,
        fc.constantFrom(...encodings),
        fc.webQueryParameters(),
        fc.boolean(),
        (bytes, encode, others, last) => {
          const others_ = others
            .split('&')
            .filter((pair) => !/^(id|%69)/i.test(pair) && !/%(?![0-9a-f]{2})/i.test(pair))
            .join('&');
          const own = `id=${Array.from(bytes, encode).join('')}`;
          const query = others_ === '' ? own : last ? `${others_}&${own}` : `${own}&${others_}`;
          expect(Buffer.from(parameter(query, 'id')!).equals(bytes)).toBe(true);
        },
      ),
    );
  });

  test('agrees with URLSearchParams on what is UTF-8', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), {
          maxLength: 4,
        }),
        (pairs) => {
          const query = new URLSearchParams(pairs).toString();
          for (const [name] of pairs) {
            if (pairs.filter(([other]) => other === name).length > 1) continue;
            const expected = new URLSearchParams(query).get(name);
            // Parameter names of the service are ASCII; others are compared by their encoded form.
            if (/^[\x20-\x7e]+$/.test(name))
              expect(Buffer.from(parameter(query, name)!).toString()).toBe(expected);
          }
        },
      ),
    );
  });

  test('anything at all is answered or refused with KV_REQUEST_INVALID', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const { query } = parseTarget(text);
        try {
          parameter(query, 'id');
        } catch (error) {
          expect((error as { code?: string }).code).toBe('KV_REQUEST_INVALID');
        }
      }),
    );
  });

  test('targets', () => {
    expect(parseTarget('/a?b=c')).toEqual({ path: '/a', query: 'b=c' });
    expect(parseTarget('/a')).toEqual({ path: '/a', query: '' });
    expect(parseTarget('/a?')).toEqual({ path: '/a', query: '' });
    expect(parseTarget('/a?b?c')).toEqual({ path: '/a', query: 'b?c' });
    expect(parseTarget('HTTPS://u@h:1/a?b')).toEqual({ path: '/a', query: 'b' });
    expect(parseTarget('http://h?b')).toEqual({ path: '', query: 'b' });
    expect(parseTarget('*')).toEqual({ path: '*', query: '' });
  });
});
