/** Renders a mail of sentences, facts and lists: recovery, summary, heartbeat. */
import type { Language } from '../i18n/languages.ts';
import { fitting } from './escape.ts';
import { type Rendered, renderHtml, renderText } from './render.ts';
import { simpleMailHtml, simpleMailText } from './templates/simple-mail.ts';

export interface SimpleMail {
  subject: string;
  title: string;
  subtitle?: string;
  tone: keyof typeof colours;
  sentences?: string[];
  lists?: {
    heading: string;
    rows: { what: string; lines: string[]; link?: string }[];
    more?: string | false;
  }[];
  facts?: { label: string; value: string }[];
  footer: string[];
  /** Where it is looked after; '' or left out: no link. */
  link?: string;
}

const colours = { calm: '#1f4e79', good: '#1e6b3a', warn: '#9a5b00', bad: '#b3261e' } as const;

export function renderSimpleMail(mail: SimpleMail, language: Language): Rendered {
  const { sentences = [], lists = [], facts = [], subtitle = '', tone, title, footer, link = '' } = mail;
  const view = {
    title,
    subtitle,
    colour: colours[tone],
    footer,
    link,
    sentences,
    lists: lists
      .filter(({ rows }) => rows.length > 0)
      // Mustache would take what a row lacks from the mail around it.
      .map((list) => ({ more: false, ...list, rows: list.rows.map((row) => ({ link: '', ...row })) })),
    facts,
  };
  return {
    subject: fitting(mail.subject),
    text: renderText(simpleMailText, view, language),
    html: renderHtml(simpleMailHtml, view, language),
  };
}
