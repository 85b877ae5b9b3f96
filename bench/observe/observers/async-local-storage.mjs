import { AsyncLocalStorage } from 'node:async_hooks';

const contexts = new AsyncLocalStorage();

export const inContext = (name, fn) => contexts.run({ name }, fn);
export const flush = async () => {};
