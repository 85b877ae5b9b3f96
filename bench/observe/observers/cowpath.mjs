// Started with `--import cowpath/register`.
export { context as inContext, flush } from 'cowpath';
