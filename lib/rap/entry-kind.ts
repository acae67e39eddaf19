/** What an entry of a listing is. Not every server says it with the mode; what it leaves out is asked for. */
import type { Attributes, NameEntry } from './client/sftp-codec.ts';
import type { SftpRequests } from './client/sftp-requests.ts';

export type EntryKind = 'file' | 'folder' | 'other';

const TYPE_BITS = 0o170000;
const FOLDER = 0o040000;
const FILE = 0o100000;

/** What the mode says, if it says it. */
export function kindOf({ mode }: Attributes): EntryKind | undefined {
  const type = (mode ?? 0) & TYPE_BITS;
  if (type === 0) return undefined;
  return type === FILE ? 'file' : type === FOLDER ? 'folder' : 'other';
}

/** By the first letter of the line that "ls -l" would print. */
const LETTERS = new Map<string, EntryKind>([
  ['-', 'file'],
  ['d', 'folder'],
  ...[...'lpscb'].map((letter) => [letter, 'other'] as const),
]);

/**
 * What an entry is, with the attributes that its listing left out: by its mode, by a look at it, by the line for people,
 * and where none of them tells by opening it as a folder. What cannot be looked at is taken for a file and fails later,
 * by its name.
 * @param remote path as the server knows it
 * @throws RapError what ended the connection
 */
export async function inspectEntry(
  requests: SftpRequests,
  remote: Buffer,
  { attributes: listed, letter }: NameEntry,
): Promise<{ kind: EntryKind; attributes: Attributes }> {
  const said = kindOf(listed);
  if (said !== undefined) return { kind: said, attributes: listed };
  // A link as such, not what it leads to; where the server does not know how to, the other way.
  const seen =
    (await requests.unlessRefused(requests.lstat(remote))) ??
    (await requests.unlessRefused(requests.stat(remote))) ??
    {};
  const attributes = { ...seen, ...listed };
  const kind = kindOf(seen) ?? LETTERS.get(letter);
  if (kind !== undefined) return { kind, attributes };
  const handle = await requests.unlessRefused(requests.openFolder(remote));
  if (handle === undefined) return { kind: 'file', attributes };
  await requests.unlessRefused(requests.close(handle));
  return { kind: 'folder', attributes };
}
