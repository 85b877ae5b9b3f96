import { MATRIX } from './drivers/list.ts';
import { truthTests } from './truth-tests.ts';

// The half of the pages that took no part in choosing the thresholds (packages/profile/src/evidence.ts and
// src/trails/candidate.ts), which were frozen before these were run the first time.
truthTests('held-out', MATRIX);
