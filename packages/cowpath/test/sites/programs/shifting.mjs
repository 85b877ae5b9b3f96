/** A loader that changes what runs, and leaves no map: lines of the files mean nothing then. */
import { registerHooks } from 'node:module';

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.includes('/programs/') || url.includes('shifting')) return loaded;
    return { ...loaded, source: `\n\n\n\n\nvoid 0;\n${loaded.source}` };
  },
});
