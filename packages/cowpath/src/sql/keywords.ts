const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Words after which a parenthesis is set off by a space. */
export const SPACED: ReadonlySet<string> = words(
  'all and as by check conflict copy distinct do else except exists filter from having in intersect into is join lateral like limit materialized not offset on only or order over recursive returning select set then union using when where with',
);
/** Words after which a minus sign is unary: reserved words that no column can be called by without quotes. */
export const BEFORE_VALUE: ReadonlySet<string> = words(
  'all and any between by case default distinct else from having ilike in is like limit not offset on or return returning select set similar some symmetric then to union when where',
);
/** Words that begin a query in parentheses. */
export const QUERY_WORDS: ReadonlySet<string> = words('select with values table');
