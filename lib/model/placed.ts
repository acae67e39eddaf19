/** What a look at a delivered file can find. */

/**
 * Why a file counts as gone or changed: there is no such file; a link lies in its place; what lies there is no file;
 * it has another size; it has other content; its folder leads out of the share.
 */
const lostReasons = ['gone', 'link', 'no file', 'size', 'content', 'outside'] as const;
export type LostReason = (typeof lostReasons)[number];

/** In English: for the terminal. */
export const lostText: Readonly<Record<LostReason, string>> = {
  gone: 'there is no such file',
  link: 'a link lies in its place',
  'no file': 'what lies in its place is no file',
  size: 'it has another size than was delivered',
  content: 'it has other content than was delivered',
  outside: 'its folder leads out of the share',
};

export function isLostReason(text: string): text is LostReason {
  return (lostReasons as readonly string[]).includes(text);
}
