/** Imported before `cowpath/register`: the sabotage named by `COWPATH_SABOTAGE` is in it as it loads. */
import { registerHooks } from 'node:module';
import { SABOTAGES } from './list.mjs';

const name = process.env['COWPATH_SABOTAGE'];
const sabotage = SABOTAGES.find((one) => one.name === name);
if (!sabotage) throw new Error(`There is no sabotage "${name}".`);
const { file, find, replace } = sabotage;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!/\/cowpath\/(src|dist)\//.test(url) || !/^[^?]*\.[jt]s$/.test(url)) return loaded;
    if (!url.slice(0, -3).endsWith(`/${file}`)) return loaded;
    const parts = String(loaded.source).split(find);
    // Never a sabotage that does nothing.
    if (parts.length !== 2) throw new Error(`"${find}" stands ${parts.length - 1} times in ${url}.`);
    return { ...loaded, source: parts.join(replace) };
  },
});
