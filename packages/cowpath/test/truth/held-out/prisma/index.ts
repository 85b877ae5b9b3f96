import type { PrismaPage } from '../../drivers/prisma.ts';
import { aggregates } from './aggregates.ts';
import { closedContext } from './closed-context.ts';
import { fewSiblings } from './few-siblings.ts';
import { inList } from './in-list.ts';
import { inferred, inferredBack } from './inferred.ts';
import { keysFirst } from './keys-first.ts';
import { nestedContexts } from './nested-contexts.ts';
import { sameIds } from './same-ids.ts';
import { startUp } from './start-up.ts';
import { view } from './view.ts';
import { writesBetween } from './writes-between.ts';

export const pages: readonly PrismaPage[] = [
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
];
