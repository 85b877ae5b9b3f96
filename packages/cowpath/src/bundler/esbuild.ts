import { readFile } from 'node:fs/promises';
import { ANNOUNCEMENT } from './announced.ts';

/** node-postgres's modules with the classes that are recorded, whichever way they were installed. */
const DRIVER = /[\\/]node_modules[\\/](pg[\\/]lib[\\/](index|client)|pg-pool[\\/]index)\.js$/;

/** What of esbuild's plugin interface is used; every `Plugin` slot of esbuild 0.17 or newer takes it. */
export interface EsbuildPlugin {
  readonly name: string;
  setup(build: EsbuildPluginBuild): void;
}

export interface EsbuildPluginBuild {
  onLoad(
    options: { filter: RegExp },
    load: (file: { path: string }) => Promise<{ contents: string; loader: 'js' }>,
  ): void;
}

/**
 * A plugin for esbuild, and for what builds with it (tsup, the AWS CDK, SST): the bundle then announces the
 * copy of node-postgres that it carries, so that the recorder finds it. What the bundle does is not changed;
 * it grows by some 300 bytes for each of three modules. Nothing of Cowpath is bundled: start the result with
 * `cowpath record -- node bundle.js` or `node --import cowpath/register bundle.js`.
 *
 * Where another plugin loads the same files first, as esbuild asks only one, list this one before it.
 *
 * @example
 * import { cowpath } from 'cowpath/esbuild';
 * await esbuild.build({ entryPoints: ['app.ts'], bundle: true, platform: 'node', plugins: [cowpath()] });
 */
export function cowpath(): EsbuildPlugin {
  return {
    name: 'cowpath',
    setup(build) {
      // On a line of its own at the end: source maps stay right, and the file may end in a comment.
      build.onLoad({ filter: DRIVER }, async ({ path }) => ({
        contents: `${await readFile(path, 'utf8')}\n${ANNOUNCEMENT}`,
        loader: 'js',
      }));
    },
  };
}
