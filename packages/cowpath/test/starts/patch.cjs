/** Patches node-postgres as other tools do, in the way that `PATCH` names; prints how often it was called, at the end. */
const pg = require('pg');

const { prototype } = pg.Client;
const original = prototype.query;
let calls = 0;
/** The program's own calls: what Cowpath asks on a connection of its own goes through the patch too. */
const count = (client) => {
  if (client.connectionParameters.application_name !== 'cowpath') calls++;
  return calls;
};
const patched = function query(...args) {
  count(this);
  return original.apply(this, args);
};

switch (process.env.PATCH) {
  case 'method':
    prototype.query = patched;
    break;
  case 'arrow on each client':
    pg.Pool.prototype.connect = ((connect) =>
      function (...args) {
        const client = connect.apply(this, args);
        client?.then?.((one) => {
          if (Object.hasOwn(one, 'query')) return;
          const own = one.query.bind(one);
          one.query = (...given) => {
            count(one);
            return own(...given);
          };
        });
        return client;
      })(pg.Pool.prototype.connect);
    break;
  case 'getter':
    Object.defineProperty(prototype, 'query', { get: () => patched, configurable: true });
    break;
  case 'fixed':
    Object.defineProperty(prototype, 'query', { value: patched, configurable: false, writable: false });
    break;
  case 'frozen':
    Object.freeze(prototype);
    break;
  case 'no function':
    prototype.query = 'out of order';
    break;
  case 'throws':
    prototype.query = function query(...args) {
      if (count(this) % 2 === 0 && this.connectionParameters.application_name !== 'cowpath')
        throw new RangeError('the other tool is broken');
      return original.apply(this, args);
    };
    break;
}
process.on('exit', () => console.log(`${calls} calls`));
