import type { Language } from '../config.ts';
import { en } from './en.ts';
import type { MailTexts } from './texts.ts';
import { zhHans } from './zh-hans.ts';
import { zhHant } from './zh-hant.ts';

export { fillPhrase, type MailTexts, type Phrase } from './texts.ts';

export const mailTexts: Readonly<Record<Language, MailTexts>> = { en, 'zh-Hant': zhHant, 'zh-Hans': zhHans };
