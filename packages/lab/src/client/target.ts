import { LabError } from '../errors.ts';

/** Where requests go. Credentials, path and query of the URL given are refused or kept as said below. */
export interface Target {
  readonly secure: boolean;
  /** Name or address to connect to, without the brackets of an IPv6 literal. */
  readonly hostname: string;
  readonly port: number;
  /** What the Host header says: name and, where it is not the scheme's own, port. */
  readonly host: string;
  /** Put before every path, without a slash at its end; '' for none. */
  readonly basePath: string;
  /** The URL as one would print it, without credentials. */
  readonly href: string;
}

/**
 * Reads a target such as `http://localhost:3000` or `https://staging.example.org/base`.
 * @throws LabError BAD_TARGET
 */
export function parseTarget(text: string): Target {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (!url?.hostname || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new LabError(
      'BAD_TARGET',
      `target ${JSON.stringify(text)} is not an http or https URL; write for example http://localhost:3000`,
    );
  }
  if (url.username || url.password) {
    throw new LabError(
      'BAD_TARGET',
      'the target holds credentials; set an authorization header with a rule file instead (--rules)',
    );
  }
  const secure = url.protocol === 'https:';
  return {
    secure,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port ? Number(url.port) : secure ? 443 : 80,
    host: url.host,
    basePath: url.pathname.replace(/\/+$/, ''),
    href: url.origin + url.pathname,
  };
}
