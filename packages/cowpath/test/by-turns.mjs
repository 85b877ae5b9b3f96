/**
 * Imported behind the recorder: runs are followed and passed over by turns from the first on, and so are statements
 * outside; where no context opens, one to four of these are passed over for each that is followed.
 *
 * `COWPATH_BUILT`: the address of the folder that holds the recorder's `recorder`; without it, its sources.
 */
const built = process.env['COWPATH_BUILT'];
const load = (file) =>
  import(built ? new URL(`recorder/${file}.js`, built).href : `../src/recorder/${file}.ts`);
const { OutsideRun } = await load('outside');
const { RunSampler } = await load('run-sampler');

let runs = 0;
RunSampler.prototype.open = (name) => (name.startsWith('(') ? 0 : runs++ % 2);
let stretches = 0;
Object.defineProperty(OutsideRun.prototype, 'left', { get: () => 1 + (stretches++ % 4) });
OutsideRun.prototype.begin = function begin() {
  this.weight = 0;
  return 1;
};
OutsideRun.prototype.pass = function pass() {
  this.weight = 1;
};
