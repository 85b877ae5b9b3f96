import { basename, isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SITE_LIMITS } from './limits.ts';

/**
 * The name of a source in the profile: relative to the working directory, and outside of it only the file's
 * own name, so that no path of the machine is written. Null where it belongs to a package or to a bundler.
 */
export function sourceName(source: string, folder: string): string | null {
  const path = source.startsWith('file:') ? pathOf(source) : source;
  if (path === null || isPackage(path)) return null;
  const name = isAbsolute(path) ? within(path, folder) : bundled(path);
  if (name === null || name === '') return null;
  return name.length > SITE_LIMITS.file_length_max ? `…${name.slice(-SITE_LIMITS.file_length_max)}` : name;
}

export function isPackage(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path);
}

function within(path: string, folder: string): string {
  const inside = relative(folder, path);
  return inside.startsWith('..') || isAbsolute(inside) ? `…/${basename(path)}` : inside.replaceAll(sep, '/');
}

/** What bundlers call sources: `webpack://app/(rsc)/./src/book.ts?3f2a`, `turbopack:///[project]/src/book.ts`. */
function bundled(source: string): string | null {
  const [, scheme, rest = ''] = /^(?:([a-z][a-z+.-]*):\/\/)?(.*)$/s.exec(source) ?? [];
  const path = decoded(scheme === undefined ? rest : rest.replace(/^[^/]*\//, ''))
    .replace(/\?.*$/s, '')
    .replace(/^\[project\]\//, '')
    .replace(/^\([^/]*\)\//, '')
    .replace(/^(\.\/)+/, '');
  // The bundlers' own run-time: `webpack/bootstrap`, `[turbopack]/…`, `external "pg"`.
  if (scheme !== undefined && /^(webpack\/|\[|external )/.test(path)) return null;
  return path.startsWith('../') || path.startsWith('/') ? `…/${basename(path)}` : path;
}

function decoded(text: string): string {
  try {
    return decodeURI(text).replaceAll('%5B', '[').replaceAll('%5D', ']');
  } catch {
    return text;
  }
}

function pathOf(url: string): string | null {
  try {
    return fileURLToPath(url);
  } catch {
    return null;
  }
}
