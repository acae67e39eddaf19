/** Fills a template in both forms. Every value is foreign text until its context has made it harmless. */

import mustache from 'mustache';
import type { Language } from '../i18n/languages.ts';
import { type Key, t } from '../i18n/translate.ts';
import { html, plain } from './escape.ts';
import { page, styles } from './templates/page.ts';

export interface Rendered {
  subject: string;
  text: string;
  html: string;
}

/** What every mail has, beside its own content. */
export interface PageView {
  title: string;
  subtitle: string;
  /** Background of the head of the page. */
  colour: string;
  footer: string[];
  /** Where what the mail speaks of is looked after; '' where there is no desk to link to. */
  link: string;
}

/** What templates call by name: {{w.cure}}. */
const labels: readonly Key[] = [
  ...(['mail.openDesk', 'mail.openRunbook', 'mail.happened', 'mail.means'] as const),
  ...(['mail.cure', 'mail.detail', 'mail.colon'] as const),
];

const labelsOf = (language: Language) =>
  Object.fromEntries(labels.map((key) => [key.slice('mail.'.length), t(language, key)]));

/** @param view values of the template; texts only, already in the reader's language */
export function renderHtml(
  template: string,
  view: PageView,
  language: Language,
  partials: Record<string, string> = {},
): string {
  // Mustache writes styles and words like any other value: escaped, which changes nothing in them.
  const full = { ...view, s: styles, w: labelsOf(language), tag: language };
  return mustache.render(page, full, { content: template, ...partials }, { escape: asText(html) });
}

export function renderText(template: string, view: PageView, language: Language): string {
  const filled = mustache.render(template, { ...view, w: labelsOf(language) }, {}, { escape: asText(plain) });
  return filled.replace(/\n{3,}/g, '\n\n');
}

function asText(harmless: (value: string) => string): (value: unknown) => string {
  return (value) => harmless(String(value ?? ''));
}
