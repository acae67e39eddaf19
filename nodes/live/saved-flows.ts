/**
 * The flows that Node-RED is about to load. Node-RED itself takes a file that it cannot read for an empty one: then
 * nothing runs, nothing is said, and the next Deploy writes over it.
 */
import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RapError } from '../../lib/errors/rap-error.ts';
import { readJsonSync } from '../../lib/files/json-file.ts';
import type { SavedNode } from '../runtime/demo-leftovers.ts';
import { userFolder } from './home.ts';

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const HOW = { what: 'The flow file', limit: 256 * 1024 * 1024, onlyUtf8: true, asItStands: true };

/** What Node-RED can go through: each of its nodes is an object. */
const isList = (nodes: unknown): nodes is SavedNode[] =>
  Array.isArray(nodes) &&
  nodes.every((node) => typeof node === 'object' && node !== null && !Array.isArray(node));

/** A link into a folder that is not mounted would be taken for a home without flows. */
function refuseLooseLink(file: string): void {
  const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!isLink || statSync(file, { throwIfNoEntry: false }) !== undefined) return;
  throw new RapError(
    'CONFIG_INVALID',
    `The flow file ${file} is a link to ${readlinkSync(file)}, which is not there`,
    { cure: 'Bring back what it leads to, such as a folder that is not mounted, or take the link away.' },
  );
}

/**
 * The saved nodes; none when there is no file yet, or nothing in it.
 * @throws RapError CONFIG_INVALID when the file cannot be read or understood
 */
export function savedNodes(home: string): SavedNode[] {
  const file = join(userFolder(home), 'flows.json');
  const backup = join(userFolder(home), '.flows.json.backup');
  refuseLooseLink(file);
  // An empty file is what Node-RED replaces by its backup.
  const [found] = [file, backup].filter((one) => sizeOf(one) > 0);
  if (found === undefined) return [];
  const kept = found === file && sizeOf(backup) > 0 ? `, such as ${backup}` : '';
  const cure = `Put a good copy in its place${kept}; nothing was changed.`;
  try {
    const nodes = readJsonSync(found, HOW);
    if (nodes === undefined || isList(nodes)) return nodes ?? [];
  } catch (error) {
    if (!(error instanceof RapError)) throw error;
    throw new RapError('CONFIG_INVALID', error.message, { cure: `${error.cure} ${cure}` });
  }
  throw new RapError('CONFIG_INVALID', `The flow file ${found} is not a list of nodes`, { cure });
}
