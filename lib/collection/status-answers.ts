/** What a flow may ask about its reports: what is here today, what is missing, one report's story, what came. Plain data. */
import { RapError } from '../errors/rap-error.ts';
import type { Language } from '../i18n/languages.ts';
import type { Ledger, ListedReport } from '../ledger/ledger.ts';
import { wordsIn } from '../ledger/records/report-search.ts';
import { type Found, type FoundReport, isHere, summaryOf } from '../model/completeness.ts';
import { answerLine } from '../model/completeness-text.ts';
import { type Story, storyOf } from './story.ts';

/** More rows would make a message that no flow shows. */
export const MOST_ROWS = 200;
/** So many stories; each reads a report's whole past. */
const MOST_STORIES = 10;

/** What narrows 'story' and 'history'; anybody may put anything in. */
export interface Narrowing {
  /** Any part of the name, words with blanks between. */
  report: string;
  /** 'YYYY-MM-DD', '' for any. */
  businessDate: string;
  account: string;
  /** The number of the last row of the page before. */
  before?: number;
  most: number;
}

export interface TodayAnswer {
  /** Does Today say that all is well, of the whole site? */
  well: boolean;
  /** What Today says: the headline of its verdict, and what else there is to say. */
  headline: string;
  others: string[];
  /** Is everything that was due here, and could that be said? */
  complete: boolean;
  /** The answer in one line. */
  text: string;
  openAlarms: number;
  accounts: {
    account: string;
    here: number;
    all: number;
    later: number;
    trouble: number;
    /** 0 only where all could be checked. */
    unchecked: number;
  }[];
}

/** What Today says, as its light tells it; 'ok' alone is "all is well". */
interface Today {
  tone: string;
  headline: string;
  others: readonly string[];
}

/** @param founds of every account that is asked about @param today of the whole site */
export async function todayAnswer(
  ledger: Pick<Ledger, 'alarmList'>,
  founds: readonly Found[],
  { tone, headline, others }: Today,
  language: Language,
): Promise<TodayAnswer> {
  const summaries = founds.map(summaryOf);
  return {
    ...{ well: tone === 'ok', headline, others: [...others] },
    complete: founds.length > 0 && summaries.every(({ complete }) => complete),
    text: answerLine(founds, language),
    openAlarms: await ledger.alarmList.openCount(),
    accounts: founds.map(({ account, shortfalls }, index) => {
      const { here = 0, all = 0, later = 0, trouble = [] } = summaries[index] ?? {};
      return { account, here, all, later, trouble: trouble.length, unchecked: shortfalls.length };
    }),
  };
}

/** What is due, late, missing or unknown, with the account; the gravest are where `summaryOf` has them. */
export function missingAnswer(founds: readonly Found[]): ({ account: string } & FoundReport)[] {
  return founds
    .flatMap((found) => {
      const { trouble, due } = summaryOf(found);
      return [...trouble, ...due]
        .filter((one) => !isHere(one))
        .map((one) => ({ account: found.account, ...one }));
    })
    .slice(0, MOST_ROWS);
}

/** Received reports, the newest first. */
export function historyAnswer(ledger: Pick<Ledger, 'reportSearch'>, of: Narrowing): Promise<ListedReport[]> {
  const { report, businessDate, account, before, most } = of;
  return ledger.reportSearch.findReports({
    words: wordsIn(report),
    ...(businessDate === '' ? {} : { businessDate }),
    ...(account === '' ? {} : { account }),
    ...(before === undefined ? {} : { before }),
    most: Math.max(1, Math.min(most, MOST_ROWS)),
  });
}

/** The whole story of the reports whose name holds all the words. @throws RapError CONFIG_INVALID without a word */
export async function storyAnswer(
  ledger: Pick<Ledger, 'history' | 'placedFiles' | 'reportSearch' | 'stories'>,
  of: Narrowing,
): Promise<Story[]> {
  if (wordsIn(of.report).length === 0) {
    throw new RapError('CONFIG_INVALID', 'No report is named whose story is asked for', {
      cure: 'Put any part of its name into msg.payload, or into the settings of the node.',
    });
  }
  const places = new Map<string, { account: string; path: string }>();
  for (const { account, path } of await historyAnswer(ledger, { ...of, most: MOST_ROWS })) {
    if (places.size < MOST_STORIES) places.set(JSON.stringify([account, path]), { account, path });
  }
  const stories: Story[] = [];
  for (const { account, path } of places.values()) stories.push(await storyOf(ledger, account, path));
  return stories;
}
