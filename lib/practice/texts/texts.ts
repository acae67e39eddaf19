/** The words of a practice session's mails and pages. One table per language; a table has every word. */
import type { Phrase } from '../../i18n/phrase.ts';
import type { DataCentre } from '../../model/types.ts';
import type { PageTexts } from './page-texts.ts';

type Weekday = 'Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday' | 'Saturday' | 'Sunday';

export interface PracticeTexts {
  weekday: Readonly<Record<Weekday, string>>;
  site: Readonly<Record<DataCentre, string>>;
  /** What a weather verdict means, as people say it. */
  verdict: Readonly<Record<string, string>>;
  quality: Readonly<Record<'disputed' | 'unsure', string>>;
  word: Readonly<Record<'hkex' | 'operator', string>>;

  subject: string;
  /** Where the date does not fit. */
  shortSubject: string;
  subtitle: string;
  written: string;
  inUse: string;
  inUseUntil: string;
  comma: string;
  to: string;
  hongKong: string;
  late: string;
  source: string;
  /** Above reasons that an older version wrote down in English. */
  details: string;

  label: Readonly<
    Record<
      | 'verdict'
      | 'from'
      | 'because'
      | 'part'
      | 'dataCentre'
      | 'accounts'
      | 'account'
      | 'site'
      | 'time'
      | 'report'
      | 'businessDate'
      | 'bytes'
      | 'received',
      string
    >
  >;
  because: string;
  hours: string;
  number: string;

  reminder: { last: string; left: Phrase; line: string };
  watch: { subject: string; lines: readonly string[] };
  judged: { subject: string; clear: string; running: string; other: string; doubt: string };
  /** `ring` is the subject of its mail. */
  hotline: { subject: string; ring: string; ask: string; record: string; seen: string };
  lastCall: { subject: string; lines: readonly string[] };
  cancelled: { subject: string; line: string; todo: string };
  terminating: { subject: string; mootSubject: string; line: string; moot: string; todo: string };
  terminated: { subject: string; line: string; todo: string };
  hold: { subject: string; line: string; todo: string };
  black: { subject: string; line: string };
  begins: { subject: string; line: string; todo: string; again: string };
  over: { ends: string; stopped: string; ended: string; cut: string; partly: string };
  result: {
    whole: string;
    checked: string;
    wholeLine: string;
    checkedLine: string;
    partly: string;
    partlyLine: string;
    again: string;
    lost: string;
    other: string;
    complete: string;
    stopped: string;
    nothing: string;
    missing: string;
    silent: string;
  };
  restore: {
    good: string;
    goodLine: string;
    untested: string;
    untestedLine: string;
    away: string;
    awayLine: string;
    failed: string;
    failedLine: string;
    loggedIn: string;
    notOut: string;
    noLogin: string;
    notTried: string;
  };
  expired: { subject: string; line: string };
  drill: {
    subject: string;
    lines: readonly string[];
    resultAll: string;
    resultSome: string;
    resultLine: string;
    ring: string;
    answered: string;
    silent: string;
    notSent: string;
    notSentLine: string;
  };

  /** Of the evidence. */
  page: PageTexts;
}
