/** A value of ours kept on an object of the program's, where the program cannot see it. */
export interface PrivateSlot<T> {
  get(holder: object): T | undefined;
  set(holder: object, value: T): void;
}

/**
 * Makes a slot. It is a private field stamped on the object by a class whose super-constructor returns it:
 * no key of the object tells of it, frozen objects and proxies can hold it, and reading it is a field access
 * where a `WeakMap` would be a hash lookup that also costs at every garbage collection. One class a slot,
 * made once: slots are for module scope. Only for objects that all get it: V8 gives an object with it another
 * hidden class, and code that meets both kinds is slower for all.
 */
export function privateSlot<T>(): PrivateSlot<T> {
  class Holder extends Returned {
    #value: T | undefined;

    static get(holder: object): T | undefined {
      return #value in holder ? (holder as Holder).#value : undefined;
    }

    static set(holder: object, value: T): void {
      if (!(#value in holder)) new Holder(holder);
      (holder as Holder).#value = value;
    }
  }
  return Holder;
}

class Returned {
  constructor(holder: object) {
    // biome-ignore lint/correctness/noConstructorReturn: what is returned is what the fields are added to
    return holder;
  }
}
