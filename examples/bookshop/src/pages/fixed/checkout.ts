import { eq, inArray } from 'drizzle-orm';
import type { Database } from '../../database/open.ts';
import { book, cartItem } from '../../database/schema.ts';
import { placeOrder, type Receipt } from '../checkout.ts';

/** The prices of all books in the cart in one statement. */
export function checkOut(db: Database, userId: number): Promise<Receipt | undefined> {
  return db.transaction(async (tx) => {
    const cart = await tx
      .select()
      .from(cartItem)
      .where(eq(cartItem.userId, userId))
      .orderBy(cartItem.bookId)
      .for('update');
    if (cart.length === 0) return undefined;
    const ids = cart.map(({ bookId }) => bookId);
    const prices = await tx
      .select({ id: book.id, priceCents: book.priceCents })
      .from(book)
      .where(inArray(book.id, ids));
    const priceOf = new Map(prices.map(({ id, priceCents }) => [id, priceCents]));
    const lines = cart.map(({ bookId, quantity }) => ({
      bookId,
      quantity,
      priceCents: priceOf.get(bookId)!,
    }));
    return placeOrder(tx, userId, lines);
  });
}
