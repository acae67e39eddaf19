/** HTML as the pages are made of: whatever is put into a template is escaped, unless a template made it. */
import { html, raw } from 'hono/html';

export { html };
export type Html = ReturnType<typeof html> | string | number | false | null | undefined | readonly Html[];

/** Takes a text as it is: for our own constants only, never for what anybody typed, named or sent. */
export const constant = raw;

export async function textOf(page: Html): Promise<string> {
  return String(await html`${page}`);
}
