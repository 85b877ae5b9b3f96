import { eq } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/open.ts';
import { book, cartItem, order, orderItem } from '../database/schema.ts';
import { KEY } from './key.ts';
import type { Pages } from './pages.ts';

export interface Receipt {
  orderId: number;
  totalCents: number;
  lines: { bookId: number; quantity: number; priceCents: number }[];
}

export type CartLine = Receipt['lines'][number];

/** Turns a user's cart into an order at today's prices and empties it; undefined if it is empty. */
export function checkOut(db: Database, userId: number): Promise<Receipt | undefined> {
  return db.transaction(async (tx) => {
    // Locked, so that a second checkout of the same cart waits, and then finds it empty.
    const cart = await tx
      .select()
      .from(cartItem)
      .where(eq(cartItem.userId, userId))
      .orderBy(cartItem.bookId)
      .for('update');
    if (cart.length === 0) return undefined;
    const lines: CartLine[] = [];
    for (const { bookId, quantity } of cart) {
      const [wanted] = await tx.select().from(book).where(eq(book.id, bookId));
      lines.push({ bookId, quantity, priceCents: wanted!.priceCents });
    }
    return placeOrder(tx, userId, lines);
  });
}

/** Writes the order of a locked cart and empties the cart. */
export async function placeOrder(
  tx: Pick<Database, 'select' | 'insert' | 'delete'>,
  userId: number,
  lines: readonly CartLine[],
): Promise<Receipt> {
  const totalCents = lines.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
  const [placed] = await tx.insert(order).values({ userId, status: 'paid', totalCents }).returning();
  const orderId = placed!.id;
  await tx.insert(orderItem).values(lines.map((line) => ({ orderId, ...line })));
  await tx.delete(cartItem).where(eq(cartItem.userId, userId));
  const ordered = await tx
    .select({ bookId: orderItem.bookId, quantity: orderItem.quantity, priceCents: orderItem.priceCents })
    .from(orderItem)
    .where(eq(orderItem.orderId, orderId))
    .orderBy(orderItem.id);
  return { orderId, totalCents, lines: ordered };
}

export function checkoutPage(app: FastifyInstance, db: Database, pages: Pages): void {
  const body = {
    type: 'object',
    required: ['userId'],
    properties: { userId: KEY },
  };
  app.post<{ Body: { userId: number } }>('/cart/checkout', { schema: { body } }, async (request, reply) => {
    const receipt = await pages.checkOut(db, request.body.userId);
    if (!receipt) return reply.code(409).send({ error: 'conflict', message: 'The cart is empty.' });
    return reply.code(201).send(receipt);
  });
}
