import { beforeAll, expect, test } from 'vitest';
import { documented, matrix } from './compare/matrix.ts';
import { generatePrismaClient } from './database/prisma/generate.ts';
import { MATRIX } from './drivers/list.ts';
import { truthTests } from './truth-tests.ts';

// The half of the pages that took no part in choosing the thresholds (packages/profile/src/evidence.ts and
// src/trails/candidate.ts), which were frozen before these were run the first time.
beforeAll(generatePrismaClient);

const results = truthTests('held-out', MATRIX);

test('docs/reference/orm-matrix.md shows these results', ({ skip }) => {
  skip(results.size < MATRIX.length, 'not every driver was run');
  const made = matrix(results);
  expect(documented(made), 'the table is out of date: run this test with COWPATH_UPDATE_DOCS=1').toBe(made);
});
