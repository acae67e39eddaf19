/** The message as bytes: headers of ours, the stored texts, nothing from outside and nothing attached. */

import MailComposer from 'nodemailer/lib/mail-composer';
import { t } from '../i18n/translate.ts';
import type { OutboxMail } from '../ledger/ledger.ts';
import type { ContactsConfig } from './config.ts';
import { html, subject } from './escape.ts';

/** Where the templates leave room for the remark about a repeat. */
export const REPEAT_MARK = '<!--repeat-->';

/**
 * Writes the message for one envelope.
 * @param repeat says in the message that it may have come before
 */
export async function composeMessage(
  mail: OutboxMail,
  envelope: { messageId: string; to: readonly string[]; repeat: boolean },
  config: ContactsConfig,
): Promise<Buffer> {
  const remark = envelope.repeat ? t(config.language, 'mail.repeat') : '';
  const message = new MailComposer({
    from: config.smtp.from,
    to: [...envelope.to],
    subject: subject(mail.subject),
    messageId: envelope.messageId,
    // The moment of the event: every attempt is the same message.
    date: new Date(mail.createdAt),
    text: remark === '' ? mail.text : `${remark}\n\n${mail.text}`,
    html: remark === '' ? mail.html : marked(mail.html, remark),
    headers: {
      'X-Report-Event': `${mail.id}`,
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(mail.kind === 'alarm' ? { Importance: 'high', 'X-Priority': '1' } : {}),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'win',
  });
  return message.compile().build();
}

function marked(content: string, remark: string): string {
  const line = `<p style="margin:0 0 12px;padding:8px 12px;background:#fff4ce;color:#4a3b00;font-family:Segoe UI,Arial,sans-serif;font-size:13px;">${html(remark)}</p>`;
  return content.includes(REPEAT_MARK) ? content.replace(REPEAT_MARK, () => line) : line + content;
}
