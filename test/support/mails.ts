/** Mails as they lie in a mailbox folder. */
import { readdir, readFile } from 'node:fs/promises';
import PostalMime, { type Email } from 'postal-mime';
import { systemCode } from '../../lib/errors/rap-error.ts';

/** All mails, oldest first. One that is being written has another name and is left out. */
export async function mailsIn(mailbox: string): Promise<Email[]> {
  const names = (await namesIn(mailbox)).filter((name) => name.endsWith('.eml')).sort();
  return Promise.all(names.map(async (name) => PostalMime.parse(await readFile(`${mailbox}/${name}`))));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}

/** Who a mail went to: the mail itself may not say. */
export function recipientsOf(mail: Email): string[] {
  return mail.headers
    .filter((header) => header.key === 'delivered-to')
    .map((header) => header.value.replace(/[<>]/g, ''));
}
