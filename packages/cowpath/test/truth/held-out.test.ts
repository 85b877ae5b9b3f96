import { describe } from 'vitest';
import { truthTests } from './truth-tests.ts';

// The half of the pages that took no part in choosing the thresholds. While these are being chosen it is
// not run by accident with everything else.
describe.runIf(process.env['COWPATH_HELD_OUT'] === '1')('held out', () => truthTests('held-out'));
