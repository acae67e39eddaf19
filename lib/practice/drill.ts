/**
 * The reachability drill before the day: each designated contact gets a code and sends it back, or an operator
 * enters it by name. Who answered is a fact; who did not is rung (circular PT/SCS/HKCC/136/2025, package, 3.2 v).
 */

import { randomInt } from 'node:crypto';
import { RapError } from '../errors/rap-error.ts';
import { t } from '../i18n/translate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { DrillRow } from '../ledger/types.ts';
import { type ContactsConfig, domainOf, recipientsOf } from '../mail/config.ts';
import type { Queued } from '../mail/queued.ts';
import type { Clock } from '../time/clock.ts';
import { renderMail } from './mails.ts';
import { practiceRun } from './paths.ts';
import type { PracticePlan } from './plan.ts';

/** Letters and digits that are not mistaken for each other on the telephone. */
const letters = 'ACDEFGHJKLMNPQRTUVWXY34679';

/**
 * Sends each contact a code of its own. Done again it sends nothing new, except to contacts that are new.
 * @param newCode for tests
 * @returns who is asked, and the last of the mails
 */
export async function startDrill(
  ledger: Pick<Ledger, 'mails' | 'practice'>,
  contacts: ContactsConfig,
  plan: PracticePlan,
  groups: readonly string[] = [],
  newCode: () => string = randomCode,
): Promise<{ contacts: DrillRow[]; mail: Queued | undefined }> {
  let queued: Queued | undefined;
  const { language } = contacts;
  for (const email of recipientsOf(contacts, groups)) {
    const name = contacts.contacts.find((one) => one.email === email)?.name ?? '';
    const { code } = await ledger.practice.keepDrill({ date: plan.date, name, email, code: newCode() });
    const mail = renderMail(
      plan,
      {
        id: 'drill',
        tone: 'info',
        subject: t(language, 'practice.drill.subject', { code }),
        lines: [t(language, 'practice.drill.lines.1', { code }), t(language, 'practice.drill.lines.2')],
        facts: plan.hotlines.map(({ name: label, number }) => ({ label, value: number })),
      },
      [`${plan.title} (${plan.source})`, t(language, 'practice.written')],
      language,
    );
    queued = await ledger.mails.queueMail({
      eventKey: `practice:${plan.date}:drill:${email.toLowerCase()}`,
      kind: 'notice',
      ...{ run: practiceRun(plan.date), practice: plan.date },
      to: [email],
      ...mail,
      domain: domainOf(contacts.smtp.from.address),
    });
  }
  return { contacts: await ledger.practice.drillOf(plan.date), mail: queued };
}

/** `again`: the contact has answered before, and that answer stays. */
export interface DrillAnswer {
  outcome: 'answered' | 'again';
  contact: DrillRow;
}

/**
 * Takes the code that stands in what came back: a subject line, or what a person typed. A code is good once.
 * @param how 'mail', 'telephone', 'operator page'
 * @param by who entered it, '' when a machine did
 * @returns undefined when no contact has such a code; the caller limits how often may be tried
 */
export async function answerDrill(
  ledger: Pick<Ledger, 'practice'>,
  date: string,
  { text, how, by = '' }: { text: string; how: string; by?: string },
): Promise<DrillAnswer | undefined> {
  const words = new Set(
    text
      .slice(0, longestText)
      .toUpperCase()
      .split(/[^A-Z0-9]+/),
  );
  const code = (await ledger.practice.drillOf(date)).find((row) => words.has(row.code))?.code;
  if (code === undefined) return undefined;
  const fresh = await ledger.practice.answerDrill({ date, code, how, by });
  const contact = (await ledger.practice.drillOf(date)).find((row) => row.code === code);
  return contact === undefined ? undefined : { outcome: fresh ? 'answered' : 'again', contact };
}

/** A subject line is never longer; what is longer only wants to hold many guesses. */
const longestText = 300;

export function drillOf(ledger: Pick<Ledger, 'practice'>, date: string): Promise<DrillRow[]> {
  return ledger.practice.drillOf(date);
}

/** Our own numbers: enough for slips of the hand, far too few to guess one of 300 million codes. */
const guesses = { wrong: 5, withinMs: 10 * 60_000 } as const;

/** Counts wrong codes, so that nobody can try them all. One for each page that takes codes. */
export class GuessLimit {
  readonly #clock: Clock;
  #wrong: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws RapError CODE_REFUSED while there were too many wrong codes */
  check(): void {
    const now = this.#clock.monotonic();
    this.#wrong = this.#wrong.filter((at) => at > now - guesses.withinMs);
    const oldest = this.#wrong.at(-guesses.wrong);
    if (oldest === undefined) return;
    const minutes = Math.ceil((oldest + guesses.withinMs - now) / 60_000);
    throw new RapError(
      'CODE_REFUSED',
      `There were ${guesses.wrong} wrong codes: no code is taken for ${minutes} min`,
      {
        cure: `Wait ${minutes} min, and read the code again: it has six letters or digits.`,
        retryable: true,
      },
    );
  }

  wrong(): void {
    this.#wrong.push(this.#clock.monotonic());
  }
}

/** Six letters: enough for a few dozen contacts, short enough to be read aloud. */
function randomCode(): string {
  return Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
}
