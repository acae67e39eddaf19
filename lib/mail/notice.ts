/** A mail of a few lines that somebody else wrote. */
import type { Ledger, NewMail } from '../ledger/ledger.ts';
import { type ContactsConfig, domainOf, recipientsOf } from './config.ts';
import { html, plain, subject } from './escape.ts';
import type { Queued } from './queued.ts';
import { atLevel } from './rate-limit.ts';
import { styles } from './templates/page.ts';

/**
 * Queues a plain text of somebody's own under a key of theirs.
 * @throws RapError MAIL_CONFIG when nobody would get it
 */
export async function queueNotice(
  ledger: Pick<Ledger, 'mails'>,
  config: ContactsConfig,
  notice: Pick<NewMail, 'eventKey' | 'run' | 'subject' | 'text' | 'event'>,
  groups: readonly string[],
): Promise<Queued> {
  const lines = notice.text.split(/\r?\n/);
  return ledger.mails.queueMail({
    eventKey: notice.eventKey,
    kind: 'notice',
    run: notice.run,
    to: recipientsOf(config, groups),
    subject: subject(notice.subject),
    text: lines.map(plain).join('\n'),
    html: `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="width:100%;table-layout:fixed;"><tr><td style="${styles.row}">${lines.map(html).join('<br>\n')}</td></tr></table>`,
    ...atLevel('information'),
    ...(notice.event === undefined ? {} : { event: notice.event }),
    ...common(config),
  });
}

function common(config: ContactsConfig): Pick<NewMail, 'domain'> {
  return { domain: domainOf(config.smtp.from.address) };
}
