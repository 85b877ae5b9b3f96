import { expect, it } from 'vitest';
import { Redactor } from '../../src/capture/redact.ts';

const redactor = new Redactor(Buffer.alloc(32, 1), ['Tenant']);
const R = /redacted:[0-9a-f]{12}/g;
const shown = (text: string | undefined): string | undefined => text?.replace(R, 'R');

it.each([
  ['/a?token=x&page=2', '/a?token=R&page=2'],
  ['/a?access_token=x#id_token=y', '/a?access_token=R#id_token=R'],
  ['/a?X-Amz-Signature=abc&author=Eco&keyword=k', '/a?X-Amz-Signature=R&author=Eco&keyword=k'],
  ['/a;jsessionid=1F?q=api key', '/a;jsessionid=R?q=api key'],
  ['/a?token=x;y?z&b=2;sid=3', '/a?token=R&b=2;sid=R'],
  ['/cb?code=abc&state=xyz', '/cb?code=R&state=xyz'],
  ['/countries?code=de', '/countries?code=de'],
  ['/a?user%5Fpassword=x', '/a?user%5Fpassword=R'],
  ['/a?tenant=acme', '/a?tenant=R'],
  ['/a?api-key=x&apiKey=y&key=z', '/a?api-key=R&apiKey=R&key=z'],
  ['/in/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln/x', '/in/R/x'],
  ['http://eve:pw@host/a', 'http://R@host/a'],
  ['/a?token=', '/a?token='],
  ['/plain?q=50%&x', '/plain?q=50%&x'],
])('of %s it leaves %s', (text, expected) => {
  expect(shown(redactor.text(text))).toBe(expected);
});

it.each([
  ['authorization', 'Basic ZXZlOnB3', 'R'],
  ['x-csrf-token', 'abc', 'R'],
  ['x-api-key', 'abc', 'R'],
  ['x-forwarded-authorization', 'abc', 'R'],
  ['cookie', 'a=1; b="2=3"; flag', 'a=R; b=R; R'],
  ['referer', 'http://shop/?session=1&q=2', 'http://shop/?session=R&q=2'],
  ['x-proxied', 'Bearer abcdefgh', 'Bearer R'],
  ['tenant', 'acme', 'R'],
  ['user-agent', 'Mozilla/5.0 (token)', 'Mozilla/5.0 (token)'],
  ['accept', 'text/html;q=0.9', 'text/html;q=0.9'],
])('writes header %s: %s as %s', (name, value, expected) => {
  expect(shown(redactor.header(name, value))).toBe(expected);
});

it('gives a secret one name under a key, and another under another', () => {
  expect(redactor.value('a')).toBe(redactor.value('a'));
  expect(redactor.value('a')).not.toBe(redactor.value('b'));
  expect(new Redactor(Buffer.alloc(32, 2)).value('a')).not.toBe(redactor.value('a'));
});

it.each([
  ['{"a": 1,  "b": [true]}', 'application/json', '{"a": 1,  "b": [true]}'],
  [
    '{"token":{"x":1},"on":{"secret":null}}',
    'application/vnd.api+json',
    '{"token":"R","on":{"secret":null}}',
  ],
  ['["http://h/?sid=1"]', '', '["http://h/?sid=R"]'],
  ['password=a&b=c&d', 'application/x-www-form-urlencoded', 'password=R&b=c&d'],
  ['see http://h/?sid=1', 'text/plain', 'see http://h/?sid=R'],
  ['{"a":', 'application/json', undefined],
  ['[not json', '', undefined],
  ['--x', 'multipart/form-data; boundary=x', undefined],
  ['['.repeat(500) + ']'.repeat(500), 'application/json', undefined],
])('of the body %s (%s) it leaves %s', (body, type, expected) => {
  expect(shown(redactor.body(Buffer.from(body), type, '')?.toString())).toBe(expected);
});

it('leaves out what is compressed', () => {
  expect(redactor.body(Buffer.from('x'), 'text/plain', 'gzip')).toBeUndefined();
  expect(redactor.body(Buffer.from('x'), 'text/plain', 'identity')?.toString()).toBe('x');
});
