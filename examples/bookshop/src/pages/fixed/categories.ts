import type { Database } from '../../database/open.ts';
import { category } from '../../database/schema.ts';
import type { CategoryNode } from '../categories.ts';

/** The whole table at once: it is small, and all of it is shown. */
export async function categoryTree(db: Database): Promise<CategoryNode[]> {
  const rows = await db.select().from(category).orderBy(category.name);
  const children = new Map<number | null, CategoryNode[]>([[null, []]]);
  for (const { id } of rows) children.set(id, []);
  for (const { id, name, parentId } of rows)
    children.get(parentId)!.push({ id, name, children: children.get(id)! });
  return children.get(null)!;
}
