/** The words of the evidence page, its picture and its timeline. One table per language; a table has every word. */
import type { MailState } from '../../ledger/types.ts';
import type { DataCentre } from '../../model/types.ts';
import type { Difference } from '../../reports/compare.ts';
import type { Decision, Verdict } from '../../weather/decide.ts';
import type { OperatorStatement } from '../../weather/statements.ts';
import type { MoveCause, PartState } from '../day.ts';
import type { MilestoneKind } from '../timeline.ts';

type Texts<Key extends string> = Readonly<Record<Key, string>>;

export interface PageTexts {
  title: string;
  over: string;
  subtitle: string;
  /** Large, on the badge. */
  headline: Texts<Verdict | 'none'>;
  from: string;
  /** Stands at the top of the evidence of a rehearsal. */
  rehearsal: string;
  nothing: string;
  section: Texts<
    'glance' | 'day' | 'why' | 'parts' | 'reports' | 'compared' | 'timeline' | 'mails' | 'drill' | 'journal'
  >;
  undecided: string;
  tile: Texts<'obtained' | 'missing' | 'mails' | 'centre' | 'quality'>;
  count: string;
  centre: Texts<DataCentre>;
  quality: Texts<Decision['quality']>;
  said: Texts<'heading' | 'session' | 'extreme'>;
  says: Texts<OperatorStatement['says']>;
  /** Heads of columns. */
  head: Texts<
    | 'recorded'
    | 'by'
    | 'what'
    | 'source'
    | 'part'
    | 'account'
    | 'centre'
    | 'address'
    | 'logged'
    | 'time'
    | 'outcome'
    | 'report'
    | 'code'
    | 'businessDate'
    | 'bytes'
    | 'received'
    | 'inWords'
    | 'subject'
    | 'to'
    | 'state'
    | 'contact'
    | 'codeSent'
    | 'answered'
    | 'how'
    | 'enteredBy'
    | 'number'
    | 'who'
    | 'why'
  >;
  yes: string;
  no: string;
  partState: Texts<PartState>;
  outcome: Texts<'obtained' | 'otherDate' | 'lost'>;
  reportsFrom: string;
  compared: Texts<'nothing' | 'onlyTerminal' | 'onlyRap' | 'different' | 'sum'>;
  difference: Texts<Difference['kind']>;
  mailState: Texts<MailState>;
  noAnswer: string;
  journal: string;
  footer: string;

  picture: Texts<
    | 'signals'
    | 'verdict'
    | 'parts'
    | 'centre'
    | 'none'
    | 'cutOff'
    | 'label'
    | 'bar'
    | 'note'
    | 'mark'
    | 'colon'
    | 'semicolon'
  >;
  /** A verdict in one word, for a bar of the picture and for the timeline. */
  verdict: Texts<Verdict>;

  /** What happened, in the timeline. */
  event: {
    verdict: string;
    verdictFrom: string;
    milestone: Texts<Exclude<MilestoneKind, 'reminder' | 'hotline'>>;
    missed: string;
    dropped: string;
    move: Texts<MoveCause>;
    part: Texts<'begin' | 'again' | 'end' | 'stop' | 'skip'>;
    result: string;
    checked: string;
    evidence: string;
  };
}
