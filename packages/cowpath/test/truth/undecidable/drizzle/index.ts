import type { Page } from '../../truth/page.ts';
import { wholeTable } from './whole-table.ts';

/** Pages whose values say the same whether they follow or not. */
export const pages: readonly Page[] = [wholeTable];
