import { TUNED } from './drivers/list.ts';
import { truthTests } from './truth-tests.ts';

// Overlapping small ids and repeated decoys: nothing may be confirmed among them.
truthTests('adversarial', TUNED);
