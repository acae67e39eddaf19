/** The languages in which people are written to, and how others call them. Inside there are no other tags than these. */
export const languages = ['en', 'zh-Hant', 'zh-Hans'] as const;
export type Language = (typeof languages)[number];

export function isLanguage(text: unknown): text is Language {
  return languages.some((one) => one === text);
}

/**
 * Ours for the tag of a browser, of Node-RED or of a machine: 'zh-TW', 'zh_CN.UTF-8', 'zh-Hant-HK'; undefined for a
 * language that we do not write. Chinese of which neither script nor country is known is Traditional, as in Hong Kong.
 */
export function languageOfTag(tag: string): Language | undefined {
  const [language, ...parts] = tag
    .trim()
    .toLowerCase()
    .split(/[-_.@;]/);
  if (language !== 'zh') return language === 'en' ? 'en' : undefined;
  const isSimplified = ['hans', 'cn', 'sg'].some((part) => parts.includes(part));
  return isSimplified && !parts.includes('hant') ? 'zh-Hans' : 'zh-Hant';
}

/** What Node-RED calls them, in its settings and its folders of locales. */
export const nodeRedTags = { en: 'en-US', 'zh-Hant': 'zh-TW', 'zh-Hans': 'zh-CN' } as const;
