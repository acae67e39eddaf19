/** Fills a template in both forms. Every value is foreign text until its context has made it harmless. */
import mustache from 'mustache';
import { html, plain } from './escape.ts';
import { page, styles } from './templates/page.ts';
import type { MailTexts } from './texts/index.ts';

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

/** @param view values of the template; texts only, already in the reader's language */
export function renderHtml(
  template: string,
  view: PageView,
  words: MailTexts,
  partials: Record<string, string> = {},
): string {
  // Mustache writes styles and words like any other value: escaped, which changes nothing in them.
  const full = { ...view, s: styles, w: words, tag: words.tag };
  return mustache.render(page, full, { content: template, ...partials }, { escape: asText(html) });
}

export function renderText(template: string, view: PageView, words: MailTexts): string {
  const filled = mustache.render(template, { ...view, w: words }, {}, { escape: asText(plain) });
  return filled.replace(/\n{3,}/g, '\n\n');
}

function asText(harmless: (value: string) => string): (value: unknown) => string {
  return (value) => harmless(String(value ?? ''));
}
