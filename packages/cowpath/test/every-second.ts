/** Imported behind the recorder: every second run is passed over, and every second statement outside, from the first on. */
import { OutsideRun } from '../src/recorder/outside.ts';
import { RunSampler } from '../src/recorder/run-sampler.ts';

let runs = 0;
RunSampler.prototype.open = (name) => (name.startsWith('(') ? 0 : runs++ % 2);
OutsideRun.prototype.begin = function begin() {
  this.weight = 0;
  return 1;
};
OutsideRun.prototype.pass = function pass() {
  this.weight = 1;
};
