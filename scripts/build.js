#!/usr/bin/env node
/** Builds the palette as it is published, whether or not the former build is still good. */
import { build } from './support/build.js';
import { runScript } from './support/checkout.js';
import { ensure } from './support/ensure.js';

const say = (line) => process.stderr.write(`build: ${line}\n`);

await runScript(async () => {
  await ensure(['dependencies'], say);
  await build(say);
});
