/** All texts of all languages, for what goes through them; a single text is asked for with `t` (translate.ts). */
import { readAllTexts } from './translate.ts';

export const catalogues = readAllTexts();
