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

/** In the cell that is left for it; in front of a mail without one in a cell of its own, as Word pads nothing else. */
function marked(content: string, remark: string): string {
  const line = `<b style="color:#8a4b00;">${html(remark)}</b>`;
  if (content.includes(REPEAT_MARK)) return content.replace(REPEAT_MARK, () => `${line}<br>`);
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="width:100%;table-layout:fixed;"><tr><td style="font-family:Segoe UI,Arial,sans-serif;font-size:14px;padding:6px 16px;">${line}</td></tr></table>${content}`;
}
