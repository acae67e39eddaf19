import type { Language } from '../config.ts';
import { en } from './en.ts';
import type { Words } from './words.ts';
import { zhHans } from './zh-hans.ts';
import { zhHant } from './zh-hant.ts';

export { type Phrase, say, type Words } from './words.ts';

export const wordsOf: Readonly<Record<Language, Words>> = { en, 'zh-Hant': zhHant, 'zh-Hans': zhHans };
