/** The languages in which people are written to. Each table of words has all of them. */
export const languages = ['en', 'zh-Hant', 'zh-Hans'] as const;
export type Language = (typeof languages)[number];
