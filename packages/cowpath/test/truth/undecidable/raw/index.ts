import type { RawPage } from '../../drivers/raw.ts';
import { wholeTable } from './whole-table.ts';

/** Pages whose values say the same whether they follow or not. */
export const pages: readonly RawPage[] = [wholeTable];
