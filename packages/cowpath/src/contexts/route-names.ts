import { NAME_LENGTH_MAX, OTHER } from '@cowpath/profile';
import { RECORDER_LIMITS } from '../recorder/limits.ts';

/** Path segments that name one thing rather than a kind of thing: numbers, UUIDs, long hexadecimal or mixed strings. */
const IDENTIFIER = /^(\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}|(?=.*\d)[\w-]{20,})$/i;

/**
 * Names for requests whose router tells no template: their path, with what looks like an identifier taken
 * out. At most `unnamed_routes_max` of them; others share one name, so that a scanner cannot fill a profile.
 */
export class RouteNames {
  readonly #known = new Set<string>();

  pathOf(url: string): string {
    const path = url.split(/[?#]/, 1)[0] || '/';
    const named = path
      .split('/')
      .map((segment) => (IDENTIFIER.test(segment) ? ':id' : segment))
      .join('/')
      .slice(0, NAME_LENGTH_MAX - 20);
    if (this.#known.has(named)) return named;
    if (this.#known.size >= RECORDER_LIMITS.unnamed_routes_max) return OTHER;
    this.#known.add(named);
    return named;
  }
}
