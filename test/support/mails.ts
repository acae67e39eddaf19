/** Mails as they lie in a mailbox folder. */
import PostalMime, { type Email } from 'postal-mime';
import { filesIn } from './files.ts';

/** All mails, oldest first. */
export async function mailsIn(mailbox: string): Promise<Email[]> {
  const files = await filesIn(mailbox);
  const names = [...files.keys()].filter((name) => name.endsWith('.eml')).sort();
  return Promise.all(names.map((name) => PostalMime.parse(files.get(name) ?? '')));
}

/** Who a mail went to: the mail itself may not say. */
export function recipientsOf(mail: Email): string[] {
  return mail.headers
    .filter((header) => header.key === 'delivered-to')
    .map((header) => header.value.replace(/[<>]/g, ''));
}
