import type { DrizzlePage } from '../../drivers/drizzle.ts';
import { awaitedLoop } from './awaited-loop.ts';
import { compositeKeys } from './composite-keys.ts';
import { created } from './created.ts';
import { limitPerParent } from './limit-per-parent.ts';
import { literals } from './literals.ts';
import { manyToMany } from './many-to-many.ts';
import { promiseAll } from './promise-all.ts';
import { recursion } from './recursion.ts';
import { tenants } from './tenants.ts';
import { oneOfTwoColumns, twoColumns } from './two-columns.ts';

export const pages: readonly DrizzlePage[] = [
  awaitedLoop,
  promiseAll,
  limitPerParent,
  recursion,
  manyToMany,
  twoColumns,
  oneOfTwoColumns,
  compositeKeys,
  created,
  literals,
  tenants,
];
