import type { DrizzlePage } from '../../drivers/drizzle.ts';
import { wholeTable } from './whole-table.ts';

/** Pages whose values say the same whether they follow or not. */
export const pages: readonly DrizzlePage[] = [wholeTable];
