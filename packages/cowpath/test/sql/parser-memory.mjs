/** Parses as often as is asked, then has WebAssembly of the program's own become hot. Prints the most memory held. */
import { setFlagsFromString } from 'node:v8';
import { loadParser, parse } from '../../src/sql/parse.ts';

// What is to be optimised is so at once, and not in another thread at some time.
setFlagsFromString('--wasm-sync-tier-up');
const held = () => process.resourceUsage().maxRSS / 1024;

await loadParser();
const before_mb = held();
for (let i = 0; i < Number(process.argv[2]); i++)
  parse(`select a.x${i} from a join b on b.a = a.id where b.c = $1`);

// (func (export "count") (param i32) (result i32)): counts to its parameter in a loop.
const COUNT =
  '0061736d0100000001060160017f017f0302010007090105636f756e7400' +
  '000a1a011801017f0340200141016a220120004804400c010b0b20010b';
const { instance } = await WebAssembly.instantiate(Buffer.from(COUNT, 'hex'));
const { count } = instance.exports;
// Its syntax is that of `--allow-natives-syntax`.
const isOptimised = new Function('f', 'return %IsTurboFanFunction(f)');
for (let i = 0; i < 100; i++) count(1_000_000);
console.log(JSON.stringify({ grown_mb: held() - before_mb, own_optimised: isOptimised(count) }));
