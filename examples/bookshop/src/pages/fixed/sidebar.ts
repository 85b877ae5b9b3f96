import { context } from 'cowpath';
import { desc, eq } from 'drizzle-orm';
import type { Database } from '../../database/open.ts';
import { review, user } from '../../database/schema.ts';
import type { ReaderVoice } from '../sidebar.ts';

/** The reviews joined with their users. */
export function sidebar(db: Database, voices: number): Promise<ReaderVoice[]> {
  return context('sidebar', () =>
    db
      .select({ rating: review.rating, body: review.body, by: user.name })
      .from(review)
      .innerJoin(user, eq(user.id, review.userId))
      .orderBy(desc(review.createdAt))
      .limit(voices),
  );
}
