/**
 * The one function of Node.js in what the types of the settings lead to (lib/i18n/translate.ts). Nothing of that runs in a
 * browser; without the rest of Node.js' types the dialogs cannot use any of it by mistake.
 */
declare module 'node:fs' {
  export function readFileSync(file: URL, encoding: 'utf8'): string;
}
