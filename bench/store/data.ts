import type { Operation } from '@cowpath/store';

/** An edition as Open Library has them: about 20 values, 700 bytes of JSON. */
export function edition(i: number): Operation {
  return {
    create: `/books/OL${i}M`,
    properties: {
      type: 'edition',
      title: `The history of ${i % 1000} things, volume ${i}`,
      subtitle: 'with many remarks on others',
      authors: [{ $ref: `/authors/OL${i % 500}A` }],
      publishers: [`Publisher ${i % 300}`],
      publish_date: String(1800 + (i % 220)),
      number_of_pages: 20 + (i % 900),
      isbn_10: [String(1_000_000_000 + i)],
      isbn_13: [String(9_780_000_000_000 + i)],
      subjects: [`Subject ${i % 97}`, `Subject ${i % 89}`, `Subject ${i % 83}`],
      languages: ['eng'],
      physical: { format: 'Hardcover', weight: { $float: (i % 50) / 10 } },
      notes: { $text: 'Includes bibliographical references and an index of names. '.repeat(3) },
      added: { $datetime: new Date(1_200_000_000_000 + i * 1000).toISOString() },
    },
  };
}

export function author(i: number): Operation {
  return { create: `/authors/OL${i}A`, properties: { type: 'author', name: `Author ${i}` } };
}

export function review(i: number): Operation {
  return {
    create: `/reviews/${i}`,
    properties: {
      type: 'review',
      of: { $ref: `/books/OL${i % 1000}M` },
      stars: i % 6,
      title: `Review ${i}`,
      publishers: [`Publisher ${i % 300}`],
    },
  };
}

export function batches<T>(count: number, size: number, make: (i: number) => T, from = 0): T[][] {
  const all = Array.from({ length: count }, (_, i) => make(from + i));
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
