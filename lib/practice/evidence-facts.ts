/** What the evidence pack says, gathered from the ledger: plain data, the same in the page and in summary.json. */
import path from 'node:path';
import { type ChoiceInUse, dataCentreChoices } from '../accounts/data-centre-switch.ts';
import type { Language } from '../i18n/languages.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { DrillRow, JournalRecord, OutboxMail, PracticeEvent } from '../ledger/types.ts';
import { type Comparison, compareReports, terminalFiles } from '../reports/compare.ts';
import { fromHongKong } from '../time/hong-kong.ts';
import type { Decision } from '../weather/decide.ts';
import { type Evidence, noEvidence } from '../weather/evidence.ts';
import type { PartState } from './day.ts';
import { openDay } from './day-store.ts';
import { practiceRun, terminalFolder } from './paths.ts';
import type { PracticePlan } from './plan.ts';
import { type PartResult, partResults } from './results.ts';
import { latestWeather } from './weather-store.ts';

export interface AccountComparison {
  account: string;
  /** Undefined when nobody put files from the terminal there. */
  comparison: Comparison | undefined;
}

export interface EvidenceFacts {
  plan: PracticePlan;
  /** It was no real day: the page says so before anything else. */
  rehearsal: boolean;
  /** Of the page and its picture. */
  language: Language;
  writtenAt: number;
  decision: Decision | undefined;
  evidence: Evidence;
  parts: Record<string, PartState>;
  results: PartResult[];
  comparisons: AccountComparison[];
  choices: ChoiceInUse[];
  events: PracticeEvent[];
  mails: OutboxMail[];
  drill: DrillRow[];
  /** Records of the day, and those about the session from before. */
  journal: JournalRecord[];
  journalHead: { count: number; head: string };
}

export async function gatherFacts(
  ledger: Pick<Ledger, 'accounts' | 'journal' | 'mails' | 'practice'>,
  plan: PracticePlan,
  home: string,
  now: number,
  { rehearsal, language }: Pick<EvidenceFacts, 'rehearsal' | 'language'>,
): Promise<EvidenceFacts> {
  const { state } = await openDay(ledger, plan);
  const results = await partResults(ledger, plan.date);
  return {
    plan,
    rehearsal,
    language,
    writtenAt: now,
    decision: state.decision,
    evidence: (await latestWeather(ledger, plan.date))?.evidence ?? noEvidence,
    parts: state.parts,
    results,
    comparisons: await comparisons(plan, results, home),
    choices: await dataCentreChoices(
      ledger,
      plan.accounts.map(({ account }) => account),
    ),
    events: await ledger.practice.practiceEvents(plan.date),
    mails: await ledger.mails.mails({ run: practiceRun(plan.date) }),
    drill: await ledger.practice.drillOf(plan.date),
    journal: await journalOf(ledger, plan),
    journalHead: await ledger.journal.head(),
  };
}

async function comparisons(
  plan: PracticePlan,
  results: readonly PartResult[],
  home: string,
): Promise<AccountComparison[]> {
  const compared: AccountComparison[] = [];
  for (const { account } of plan.accounts) {
    const terminal = await terminalFiles(path.join(terminalFolder(home, plan.date), account));
    const reports = results.filter((one) => one.account === account).flatMap((one) => one.reports);
    const comparison =
      terminal.length === 0 || reports.length === 0 ? undefined : await compareReports(reports, terminal);
    compared.push({ account, comparison });
  }
  return compared;
}

async function journalOf(ledger: Pick<Ledger, 'journal'>, plan: PracticePlan): Promise<JournalRecord[]> {
  const midnight = fromHongKong(`${plan.date} 00:00`);
  const found: JournalRecord[] = [];
  for (let after = 0; ; ) {
    const records = await ledger.journal.records(after);
    found.push(...records.filter(({ at, details }) => at >= midnight || details.practice === plan.date));
    const last = records.at(-1);
    if (last === undefined) return found;
    after = last.sequence;
  }
}
