import type { ObjectionPage } from '../../drivers/objection.ts';
import { aggregates } from './aggregates.ts';
import { closedContext } from './closed-context.ts';
import { fewSiblings } from './few-siblings.ts';
import { inList } from './in-list.ts';
import { inferred, inferredBack } from './inferred.ts';
import { joined } from './joined.ts';
import { keysFirst } from './keys-first.ts';
import { limitPerParent } from './limit-per-parent.ts';
import { manyToMany } from './many-to-many.ts';
import { nestedContexts } from './nested-contexts.ts';
import { recursion } from './recursion.ts';
import { sameIds } from './same-ids.ts';
import { startUp } from './start-up.ts';
import { twoColumns, twoColumnsAtOnce } from './two-columns.ts';
import { view } from './view.ts';
import { writesBetween } from './writes-between.ts';

export const pages: readonly ObjectionPage[] = [
  fewSiblings,
  aggregates,
  closedContext,
  nestedContexts,
  writesBetween,
  sameIds,
  view,
  inferred,
  inferredBack,
  startUp,
  inList,
  keysFirst,
  joined,
  limitPerParent,
  manyToMany,
  recursion,
  twoColumns,
  twoColumnsAtOnce,
];
