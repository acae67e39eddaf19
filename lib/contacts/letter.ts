/** Renders a mail of sentences, facts and lists: recovery, summary, heartbeat. */
import { fitting } from './escape.ts';
import { type Rendered, renderHtml, renderText } from './render.ts';
import { letterHtml, letterText } from './templates/letter.ts';
import type { Words } from './words/index.ts';

export interface Letter {
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

export function renderLetter(letter: Letter, words: Words): Rendered {
  const { sentences = [], lists = [], facts = [], subtitle = '', tone, title, footer, link = '' } = letter;
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
    subject: fitting(letter.subject),
    text: renderText(letterText, view, words),
    html: renderHtml(letterHtml, view, words),
  };
}
