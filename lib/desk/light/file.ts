/**
 * The verdict of Today as a few lines of JSON, for a traffic light: the same view, the same points, the same words, so
 * that it is never green where the page is not.
 */

import { type Language, languages } from '../../i18n/languages.ts';
import { t } from '../../i18n/translate.ts';
import { leftoverText } from '../../model/leftovers.ts';
import { toldFault } from '../fault.ts';
import type { Kit, Tone } from '../kit.ts';
import { asOfText } from '../layout.ts';
import type { DeskFile, MadeFile, Query } from '../page.ts';
import { sentence } from '../today/sentence.ts';
import { countOf, verdictOf } from '../today/verdict.ts';
import { type TodayAsk, todayView } from '../today/view.ts';

/** More lines than these are a number: the pages have them all. */
const MOST_LINES = 6;

export interface Light {
  tone: Tone;
  /** The verdict in words, and what else is to say, the gravest first. */
  headline: string;
  others: string[];
  /** How many others there are, shown or not. */
  more: number;
  onShare: number;
  all: number;
  openAlarms: number;
  /** What is still the demo's, where the demo does not run. */
  leftovers: string[];
  moreLeftovers: number;
  /** 'HH:MM:SS' in Hong Kong. */
  asOf: string;
}

/** @param language of the words */
async function lightOf(ask: TodayAsk, kit: Kit, language: Language): Promise<Light> {
  const t: Kit = { ...kit, language };
  const model = await todayView(ask, {});
  const [first, ...rest] = verdictOf(model, language);
  const counts = model.accounts.map(countOf);
  const left = ask.live.facts.flatMap((one) =>
    one.kind === 'leftovers'
      ? one.leftovers.map((what) => `${one.name}: ${leftoverText(what, language)}`)
      : [],
  );
  return {
    tone: first.tone,
    headline: sentence(first, t, true),
    others: rest.slice(0, MOST_LINES).map((point) => sentence(point, t)),
    more: rest.length,
    onShare: counts.reduce((sum, one) => sum + one.onShare, 0),
    all: counts.reduce((sum, one) => sum + one.all, 0),
    openAlarms: model.openAlarms,
    leftovers: left.slice(0, MOST_LINES),
    moreLeftovers: left.length,
    asOf: asOfText(t.now),
  };
}

/** '?lang=zh-Hant' asks for a language; the one of the desk otherwise. */
function languageFor({ lang }: Query, { language }: Kit): Language {
  return languages.find((one) => one === lang) ?? language;
}

function made(light: Light): MadeFile {
  return { name: '', type: 'application/json; charset=utf-8', body: JSON.stringify(light) };
}

export const lightFile: DeskFile = {
  path: 'light',
  file: async (ask, query, kit) => made(await lightOf(ask, kit, languageFor(query, kit))),
  unreadable(why, query, kit) {
    const language = languageFor(query, kit);
    const nothing = { more: 1, onShare: 0, all: 0, openAlarms: 0, leftovers: [], moreLeftovers: 0 };
    const of = { ...nothing, asOf: asOfText(kit.now) };
    if (why === 'fresh') {
      const others = [t(language, 'desk.frame.beginMore')];
      return made({ tone: 'warn', headline: t(language, 'desk.frame.begin'), others, ...of });
    }
    const { what, cure: todo } = toldFault({ language }, why);
    const others = [language === 'en' ? `${what}. ${todo}`.trim() : `${what}。${todo}`];
    return made({ tone: 'bad', headline: t(language, 'desk.frame.cannotRead'), others, ...of });
  },
};
