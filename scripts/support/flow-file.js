/** The user's copy of the shipped flows. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, inside } from './checkout.js';
import { userFolder } from './profile.js';

/** All shipped flows as one list of nodes; a config node that several of them carry comes once. */
export function shippedFlows() {
  const byId = new Map();
  for (const file of filesBelow(inside('flows'), (name) => name.endsWith('.json'))) {
    for (const node of JSON.parse(readFileSync(file, 'utf8')))
      if (!byId.has(node.id)) byId.set(node.id, node);
  }
  return [...byId.values()];
}

/** Gives the user a copy of the shipped flows at the very first start, and never touches it again. */
export function placeFlows(home) {
  const file = join(userFolder(home), 'flows.json');
  if (existsSync(file)) return false;
  writeFileSync(`${file}.part`, `${JSON.stringify(shippedFlows(), null, 4)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
  return true;
}
