/** The user's copy of the shipped flows. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inside } from './checkout.js';
import { userFolder } from './profile.js';

/** What a new user begins with; the other flows are examples in the editor's import menu. */
const FIRST_FLOWS = ['01 Daily download.json', '02 Practice session.json'];

/** The flows of a new user as one list of nodes; a config node that several of them carry comes once. */
function firstFlows() {
  const byId = new Map();
  for (const file of FIRST_FLOWS) {
    for (const node of JSON.parse(readFileSync(inside('flows', file), 'utf8')))
      if (!byId.has(node.id)) byId.set(node.id, node);
  }
  return [...byId.values()];
}

/** Gives the user a copy of the shipped flows at the very first start, and never touches it again. */
export function placeFlows(home) {
  const file = join(userFolder(home), 'flows.json');
  if (existsSync(file)) return false;
  writeFileSync(`${file}.part`, `${JSON.stringify(firstFlows(), null, 4)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
  return true;
}
