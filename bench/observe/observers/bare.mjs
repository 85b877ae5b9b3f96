export const inContext = (_name, fn) => fn();
export const flush = async () => {};
