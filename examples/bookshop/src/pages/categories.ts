import { eq, isNull } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/open.ts';
import { category } from '../database/schema.ts';
import type { Pages } from './pages.ts';

export interface CategoryNode {
  id: number;
  name: string;
  children: CategoryNode[];
}

/** The nodes under a category, each with its own; those at the top for null. */
export async function categoryTree(db: Database, parentId: number | null = null): Promise<CategoryNode[]> {
  const rows = await db
    .select({ id: category.id, name: category.name })
    .from(category)
    .where(parentId === null ? isNull(category.parentId) : eq(category.parentId, parentId))
    .orderBy(category.name);
  const nodes: CategoryNode[] = [];
  for (const { id, name } of rows) nodes.push({ id, name, children: await categoryTree(db, id) });
  return nodes;
}

export function categoriesPage(app: FastifyInstance, db: Database, pages: Pages): void {
  app.get('/categories', () => pages.categoryTree(db));
}
