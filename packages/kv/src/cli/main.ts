#!/usr/bin/env node
// Says which Node is needed before anything is loaded that an older one cannot even read.
const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
if (major < 22 || (major === 22 && minor < 16)) {
  console.error(`cowpath-kv: needs Node 22.16 or newer; this is ${process.versions.node} [KV_NODE_VERSION]`);
  process.exitCode = 2;
} else {
  const { run } = await import('./program.ts');
  await run();
}

export {};
