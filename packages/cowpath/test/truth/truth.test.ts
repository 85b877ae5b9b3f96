import { TUNED } from './drivers/list.ts';
import { truthTests } from './truth-tests.ts';

// The half of the pages on which the thresholds were chosen.
truthTests('pages', TUNED);
