import { context } from 'cowpath';
import { desc, eq } from 'drizzle-orm';
import type { Database } from '../database/open.ts';
import { review, user } from '../database/schema.ts';

export interface ReaderVoice {
  rating: number;
  body: string;
  by: string;
}

/**
 * What readers said last. A context of its own, since it stands on two pages that use it differently:
 * a book's page shows one voice, the search many.
 */
export function sidebar(db: Database, voices: number): Promise<ReaderVoice[]> {
  return context('sidebar', async () => {
    const reviews = await db.select().from(review).orderBy(desc(review.createdAt)).limit(voices);
    const heard: ReaderVoice[] = [];
    for (const { rating, body, userId } of reviews) {
      const [reader] = await db.select().from(user).where(eq(user.id, userId));
      heard.push({ rating, body, by: reader!.name });
    }
    return heard;
  });
}
