/**
 * Text that a far end sent - a server's reply, a relay's answer, a proxy's words - before it is stored or shown:
 * in one line, without what cannot be seen, bounded, and without the secrets of our own configuration, which some
 * servers echo back.
 */

const LONGEST = 200;

/** What stands for a secret. */
const BLOT = '***';

/** One line of visible characters, at most 200 of them; whatever cannot be seen becomes "?". */
export function printable(bytes: Buffer | string): string {
  return bytes
    .toString()
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
    .slice(0, LONGEST)
    .toWellFormed();
}

/**
 * A reply of a far end as it may be stored and shown: lines joined by blanks, then as `printable`, but up to
 * `longest` characters.
 * @param secrets values of the configuration that must not be in it: as they are, in base64 (alone or within a
 * login such as AUTH PLAIN), in hexadecimal, encoded for a URL or a page, or
 * within quotation marks; in letters of either case
 */
export function farText(text: string, secrets: readonly string[] = [], longest = 1000): string {
  return withoutSecrets(visible(text), secrets).slice(0, longest).toWellFormed();
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  const ours = secrets.filter((secret) => secret !== '');
  if (ours.length === 0) return text;
  const plain = ours.flatMap((secret) => [
    ...[secret, visible(secret), inQuotes(secret), ...inHtml(secret)],
    ...[encodeURIComponent(secret), inUrl(secret)].flatMap((form) => [form, form.replaceAll('%20', '+')]),
  ]);
  // The longest first, so that no part of a secret is left when another one is its beginning.
  const forms = [...new Set(plain)].sort((a, b) => b.length - a.length);
  let clean = text;
  // Some servers repeat a login in capitals.
  for (const form of forms) clean = clean.replace(new RegExp(patternOf(form), 'gi'), BLOT);
  return clean
    .replace(new RegExp(ours.map(asHex).join('|'), 'gi'), BLOT)
    .replace(/[A-Za-z0-9+/_-]{4,}={0,2}/g, (word) => (holdsEncoded(word, ours) ? BLOT : word));
}

/** A text as a pattern. A reply may be broken at a blank; its next line begins with the code again (RFC 5321, 4.2.1). */
function patternOf(form: string): string {
  return form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(' ', ' (?:\\d{3}[- ])?');
}

/** In one line, and with a question mark for what cannot be seen; a secret is echoed so, too. */
function visible(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}

/** As it stands between quotation marks. */
function inQuotes(secret: string): string {
  return secret.replace(/["\\]/g, '\\$&');
}

/** As it stands on a page; not every page writes quotation marks as entities. */
function inHtml(secret: string): string[] {
  const tags = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const double = tags.replaceAll('"', '&quot;');
  return [tags, double, double.replaceAll("'", '&#39;')];
}

/** As a form is encoded, or what leaves nothing but letters and digits as it is. */
function inUrl(secret: string): string {
  return encodeURIComponent(secret).replace(/[!'()*._~-]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
}

/** Does a word, read as base64 from one of its first four characters on, hold a secret? */
function holdsEncoded(word: string, secrets: readonly string[]): boolean {
  return [0, 1, 2, 3].some((from) => {
    const bytes = Buffer.from(word.slice(from), 'base64');
    return secrets.some((secret) => bytes.includes(secret));
  });
}

/** The bytes of a secret in hexadecimal, with or without something between them, as a pattern. */
function asHex(secret: string): string {
  return [...Buffer.from(secret)].map((byte) => byte.toString(16).padStart(2, '0')).join('[: ]?');
}
