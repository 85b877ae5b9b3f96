/** Marks a root whose name may still change, in its `slots`. */
export const PROVISIONAL: unique symbol = Symbol('cowpath.context.provisional');
