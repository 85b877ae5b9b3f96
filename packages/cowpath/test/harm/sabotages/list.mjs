/**
 * Faults of the kind that recorders have, each a small change to one of Cowpath's own files: what tests of
 * harmlessness must catch. `find` stands once in the file, in its source and as compiled.
 */

/** In `Client.query`, before the driver's own. */
const CALLED = 'const call = hooks.#begin(this, config, values, callback);';
/** What `Client.query` returned. */
const RETURNED = 'const result = callWith(original, client, length, config, values, callback);';
/** A message of the server's, before the driver hears it. */
const EMITTED = 'if (listener === undefined || listener.heard === 0)';
/** A statement that is passed over outside every context, before the driver's own `query`. */
const PASSED = 'if (--passing.left === 0) replaced.owner.#passedAll();';
/** A connection called for there, before the pool's own `connect`. */
const POOL_PASSED = "if (passing.all && (typeof callback !== 'function' || hasFree(this))) {";
/** The callback of `Pool.connect`, before it runs. */
const CARRIED = 'const outer = sites.enter(stack);';

const client = (name, what, find, replace) => ({ name, what, file: 'drivers/pg/client', find, replace });
const pool = (name, what, find, replace) => ({ name, what, file: 'drivers/pg/pool', find, replace });
const called = (name, what, code) => client(name, what, CALLED, `${CALLED} ${code}`);
const returned = (name, what, code) =>
  client(name, what, RETURNED, `${RETURNED.replace('const', 'let')} ${code}`);
const emitted = (name, what, code) => client(name, what, EMITTED, `${code} ${EMITTED}`);
const passed = (name, what, code) => ({
  ...client(name, what, PASSED, `${PASSED} ${code}`),
  passedOver: true,
});
const callback = (name, what, code) =>
  called(
    name,
    what,
    // The parameters, which are handed on; `arguments` are where there are more than the driver knows.
    `const own = typeof values === 'function' ? values : callback; if (typeof own === 'function') { const other = ${code}; if (own === values) values = other; else callback = other; }`,
  );

export const SABOTAGES = [
  emitted(
    'row-lost',
    'every seventh row is not handed on',
    `if (event === 'dataRow' && (globalThis.sabotaged = (globalThis.sabotaged ?? 0) + 1) % 7 === 0) return true;`,
  ),
  emitted(
    'row-doubled',
    'every seventh row is handed on twice',
    `if (event === 'dataRow' && (globalThis.sabotaged = (globalThis.sabotaged ?? 0) + 1) % 7 === 0) replaced.original.apply(this, args);`,
  ),
  emitted(
    'null-lost',
    'a null in a row becomes the text "null"',
    `if (event === 'dataRow') message.fields.forEach((field, i) => { message.fields[i] = field ?? 'null'; });`,
  ),
  emitted(
    'column-renamed',
    'names of columns are made lower case',
    `if (event === 'rowDescription') for (const field of message.fields) field.name = field.name.toLowerCase();`,
  ),
  emitted(
    'tag-lost',
    'the number of rows is cut off the command tag',
    `if (event === 'commandComplete') message.text = message.text.replace(/ \\d+$/, '');`,
  ),
  emitted('code-lost', 'an error loses its code', `if (event === 'errorMessage') message.code = undefined;`),
  emitted(
    'notice-doubled',
    'a notice is announced twice',
    `if (event === 'notice') replaced.original.apply(this, args);`,
  ),
  emitted(
    'context-lost',
    'answers arrive outside the program’s async context',
    `const outside = (globalThis.sabotaged ??= process.getBuiltinModule('node:async_hooks').AsyncLocalStorage.snapshot()); if (listener !== undefined) { listener.hear(event, message); return outside(() => replaced.original.apply(this, args)); }`,
  ),
  callback(
    'throw-swallowed',
    'what a callback throws is caught',
    'function (...given) { try { return own.apply(this, given); } catch {} }',
  ),
  returned(
    'error-swallowed',
    'the promise of a query that fails is fulfilled',
    'if (result instanceof Promise) result = result.catch(() => undefined);',
  ),
  returned(
    'rejection-hidden',
    'an unhandled rejection is taken for handled',
    'if (result instanceof Promise) result.catch(() => {});',
  ),
  returned(
    'rejection-invented',
    'a rejection is unhandled though the program handles it',
    'if (result instanceof Promise) void result.then(() => {});',
  ),
  returned(
    'promise-late',
    'a promise is settled a microtask late',
    'if (result instanceof Promise) result = result.then((value) => value);',
  ),
  callback(
    'callback-late',
    'a callback is called a tick late',
    '(...given) => process.nextTick(() => own(...given))',
  ),
  callback('callback-this', 'a callback loses its `this`', '(...given) => own(...given)'),
  callback(
    'callback-arguments',
    'a callback always gets two arguments',
    'function (error, answer) { return own.call(this, error, answer); }',
  ),
  called(
    'config-changed',
    'something is hung on the program’s query object',
    `if (config !== null && typeof config === 'object' && Object.isExtensible(config)) config.cowpath = true;`,
  ),
  called(
    'getter-run',
    'the getters of a query object run once more',
    `if (config !== null && typeof config === 'object') void config.text;`,
  ),
  client(
    'parameter-twice',
    'parameters are serialised twice',
    'const parameters = this.#sending?.parameters;',
    'this.#mapper(value, index); const parameters = this.#sending?.parameters;',
  ),
  client(
    'parameter-null',
    'a null parameter becomes an empty text',
    'return mapped;',
    `return mapped ?? '';`,
  ),
  client(
    'statement-altered',
    'a comment is put before the statement',
    'listener.sent(call);',
    `listener.sent(call); if (Object.hasOwn(query, 'text') && typeof query.text === 'string') query.text = '/* seen */ ' + query.text;`,
  ),
  client(
    'listener-left',
    'a listener stays on the client',
    'this.#listeners.set(connection, listener);',
    `this.#listeners.set(connection, listener); client.on('end', () => {});`,
  ),
  pool(
    'pool-callback-late',
    'a connection is handed to its callback a tick late',
    CARRIED,
    `return void process.nextTick(() => callback.apply(this, args)); ${CARRIED}`,
  ),
  pool(
    'pool-callback-this',
    'the callback of `connect` loses its `this`',
    CARRIED,
    `return callback(...args); ${CARRIED}`,
  ),
  passed(
    'passed-promise-late',
    'the promise of a statement that is passed over is settled a microtask late',
    'const result = replaced.original.apply(this, arguments); return result instanceof Promise ? result.then((value) => value) : result;',
  ),
  passed(
    'passed-callback-this',
    'the callback of a statement that is passed over loses its `this`',
    "if (typeof callback === 'function') return replaced.original.call(this, config, values, (...given) => callback(...given)); if (typeof values === 'function') return replaced.original.call(this, config, (...given) => values(...given));",
  ),
  passed(
    'passed-parameters-lost',
    'parameters of a statement that is passed over become null',
    'if (Array.isArray(values)) return replaced.original.call(this, config, values.map(() => null), callback);',
  ),
  {
    ...pool(
      'passed-pool-callback-late',
      'a connection that is passed over is handed to its callback a tick late',
      POOL_PASSED,
      `${POOL_PASSED} if (typeof callback === 'function') return replaced.original.call(this, (...given) => process.nextTick(() => callback(...given)));`,
    ),
    passedOver: true,
  },
];
