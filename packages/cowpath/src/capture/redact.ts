import { createHmac } from 'node:crypto';
import { REDACTED } from '@cowpath/lab/capture-format';

/** Words that make the name of a header, parameter or field one of a secret, wherever they stand in it. */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  'apikey',
  'auth',
  'authorization',
  'bearer',
  'cookie',
  'cookies',
  'credential',
  'credentials',
  'csrf',
  'jwt',
  'otp',
  'pass',
  'passphrase',
  'passwd',
  'password',
  'pwd',
  'secret',
  'session',
  'sid',
  'sig',
  'signature',
  'ssn',
  'token',
  'tokens',
  'xsrf',
]);

/** What such names end with where they are written in one: `accesstoken`, `PHPSESSID`. */
const SECRET_ENDINGS =
  /(token|secret|password|passwd|apikey|api_?key|sessid|sessionid|privatekey|accesskey)$/;

/** Two words that mean a secret only together: `api-key`, `private_key`. */
const SECRET_PAIRS = /(^| )(api|access|private|secret|signing|client) (key|keys)( |$)/;

const COOKIE = 'cookie';
const NAME_AND_VALUE = /([?&#])([^=&#\s]+)=([^&#\s"<>]*)/g;
/** Parameters of a path segment, and the old way of separating those of a query. */
const NAME_AND_VALUE_AFTER_SEMICOLON = /(;)([^=;?&#\s]+)=([^;?&#\s"<>]*)/g;
const SCHEME_AND_SECRET = /\b(basic|bearer|digest|negotiate|token)\s+[\w+/=~.-]{6,}/gi;
const JSON_WEB_TOKEN = /\beyJ[\w-]{8,}\.[\w-]{4,}(\.[\w-]*)?/g;
const USER_IN_URL = /(:\/\/)[^/?#@\s]+@/g;
const DIGITS = 12;
/** Fields of a body deeper than this are not looked into: the body is then not recorded. */
const DEPTH_MAX = 100;

/**
 * Takes secrets out of requests. Each becomes `redacted:` and the first digits of its HMAC under a key that is
 * kept nowhere: the same secret has the same name throughout a capture, and cannot be had back from it.
 */
export class Redactor {
  readonly #key: Buffer;
  readonly #told: ReadonlySet<string>;

  /** @param told further names of secrets, in any case */
  constructor(key: Buffer, told: readonly string[] = []) {
    this.#key = key;
    this.#told = new Set(told.map((name) => name.toLowerCase()));
  }

  value(secret: string): string {
    if (secret === '') return '';
    return REDACTED + createHmac('sha256', this.#key).update(secret).digest('hex').slice(0, DIGITS);
  }

  isSecret(name: string): boolean {
    const lower = name.toLowerCase();
    if (this.#told.has(lower)) return true;
    const words = name
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z0-9]+/);
    return (
      words.some((word) => SECRET_WORDS.has(word)) ||
      SECRET_ENDINGS.test(lower) ||
      SECRET_PAIRS.test(words.join(' '))
    );
  }

  /** A header's value as it may be written. @param name in lower case */
  header(name: string, value: string): string {
    if (name === COOKIE) return this.#cookies(value);
    if (this.isSecret(name)) return this.value(value);
    return this.text(value).replace(
      SCHEME_AND_SECRET,
      (whole, scheme: string) => `${scheme} ${this.value(whole)}`,
    );
  }

  /** Text that may hold a URL with secrets in its query, a token, or a user's name and password. */
  text(text: string): string {
    // In OAuth's redirects the code is a secret; elsewhere it is a country.
    const oauth = /[?&]state=/.test(text);
    const parameter = (whole: string, mark: string, name: string, value: string): string =>
      !value.startsWith(REDACTED) && (this.isSecret(decoded(name)) || (oauth && name === 'code'))
        ? `${mark}${name}=${this.value(value)}`
        : whole;
    return text
      .replace(NAME_AND_VALUE, parameter)
      .replace(NAME_AND_VALUE_AFTER_SEMICOLON, parameter)
      .replace(JSON_WEB_TOKEN, (whole) => this.value(whole))
      .replace(USER_IN_URL, (whole, mark: string) => `${mark}${this.value(whole)}@`);
  }

  /**
   * A body as it may be written: of JSON and of forms the values of secret fields are replaced.
   * @returns undefined for a body that may hold secrets where they cannot be found
   */
  body(body: Buffer, type: string, encoding: string): Buffer | undefined {
    if (encoding !== '' && encoding !== 'identity') return undefined;
    if (/\bmultipart\//i.test(type)) return undefined;
    if (/\bx-www-form-urlencoded\b/i.test(type)) {
      // Each field as after a `&`, so that the first is one too.
      return Buffer.from(this.text(`&${body.toString('latin1')}`).slice(1), 'latin1');
    }
    const text = body.toString('utf8');
    if (/[/+]json\b/i.test(type) || /^\s*[[{]/.test(text)) return this.#json(text);
    return /\btext\/|\bxml\b/i.test(type) ? Buffer.from(this.text(text)) : body;
  }

  #json(text: string): Buffer | undefined {
    let found = false;
    const walk = (value: unknown, depth: number): unknown => {
      if (depth > DEPTH_MAX) throw new Error('too deep');
      if (typeof value === 'string') {
        const clean = this.text(value);
        if (clean !== value) found = true;
        return clean;
      }
      if (Array.isArray(value)) return value.map((one) => walk(one, depth + 1));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, one]) => {
          if (!this.isSecret(name) || one === null || typeof one === 'boolean')
            return [name, walk(one, depth + 1)];
          found = true;
          return [name, this.value(typeof one === 'string' ? one : JSON.stringify(one))];
        }),
      );
    };
    try {
      const clean = walk(JSON.parse(text), 0);
      // As it came where there was nothing to hide: its spaces and the order of its keys are the program's.
      return Buffer.from(found ? JSON.stringify(clean) : text);
    } catch {
      return undefined;
    }
  }

  /** Of a cookie header the names stay. */
  #cookies(value: string): string {
    return value
      .split(';')
      .map((pair) => {
        const at = pair.indexOf('=');
        return at === -1
          ? this.value(pair.trim())
          : `${pair.slice(0, at).trim()}=${this.value(pair.slice(at + 1).trim())}`;
      })
      .join('; ');
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
