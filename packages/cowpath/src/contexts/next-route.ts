/** Where Next.js (13.4 and newer) keeps what it knows of a request, on the request itself. */
const META = Symbol.for('NextInternalRequestMeta');
const NOT_FOUND = new Set(['/_not-found', '/404']);

/** The route of the app or pages router that served a request, as its folders write it: `/books/[id]`. Null where there is none. */
export function nextRoute(request: object): string | null {
  const meta: unknown = Object.getOwnPropertyDescriptor(request, META)?.value;
  const { match } = (meta ?? {}) as { match?: { definition?: { pathname?: unknown } } };
  const route = match?.definition?.pathname;
  return typeof route === 'string' && route.startsWith('/') && !NOT_FOUND.has(route) ? route : null;
}
