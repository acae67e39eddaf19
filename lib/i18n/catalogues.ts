/** All texts of all languages, for what goes through them; a single text is asked for with `t` (translate.ts). */
import { type Catalogue, en } from './en/index.ts';
import type { Language } from './languages.ts';
import { zhHans } from './zh-Hans/index.ts';
import { zhHant } from './zh-Hant/index.ts';

export const catalogues: Readonly<Record<Language, Catalogue>> = { en, 'zh-Hant': zhHant, 'zh-Hans': zhHans };
