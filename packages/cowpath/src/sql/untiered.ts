import { setFlagsFromString } from 'node:v8';

/** In this order: off, what is compiled meanwhile is neither measured for the optimising compiler nor sent there at once. */
const FLAGS = ['wasm-tier-up', 'wasm-dynamic-tiering'] as const;

/** Who starts Node with flags of their own about this has their reasons. */
const OWN_FLAGS = process.execArgv.some((argument) => /^--(no[-_]?)?(wasm|liftoff)/.test(argument));

/**
 * Calls a function, and has the WebAssembly that is compiled during the call stay with V8's baseline compiler.
 *
 * The grammar of the SQL parser is one function of 100 KB. Its first statement makes it hot, and V8's optimising
 * compiler then takes 540 MB of memory and 0.4 s of CPU for it (Node 24), for code that parses no faster: a
 * program in a small container would be killed for being observed. V8 compiles functions when they are first
 * called and looks at these flags then, so that every call into the parser must be made through here.
 *
 * Only while the call lasts: the program's own WebAssembly is optimised as ever, and V8's caches of compiled
 * code, which are valid for the same flags only, stay so.
 */
export function untiered<T>(call: () => T): T {
  if (OWN_FLAGS) return call();
  for (const flag of FLAGS) setFlagsFromString(`--no-${flag}`);
  try {
    return call();
  } finally {
    for (const flag of FLAGS) setFlagsFromString(`--${flag}`);
  }
}
