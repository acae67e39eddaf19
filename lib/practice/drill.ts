/**
 * The reachability drill before the day: each designated contact gets a code and sends it back, or acknowledges it
 * on the operator's page. Who answered is a fact; who did not is rung (circular, package, 3.2 v).
 */
import { randomInt } from 'node:crypto';
import { type ContactsConfig, domainOf, recipientsOf } from '../contacts/config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { DrillRow } from '../ledger/types.ts';
import { practiceRun } from './books.ts';
import { renderMail } from './mails.ts';
import type { PracticePlan } from './plan.ts';

/** Letters and digits that are not mistaken for each other on the telephone. */
const letters = 'ACDEFGHJKLMNPQRTUVWXY34679';

/**
 * Sends each contact a code of its own. Done again it sends nothing new, except to contacts that are new.
 * @param newCode for tests
 */
export async function startDrill(
  ledger: Ledger,
  contacts: ContactsConfig,
  plan: PracticePlan,
  groups: readonly string[] = [],
  newCode: () => string = randomCode,
): Promise<DrillRow[]> {
  for (const email of recipientsOf(contacts, groups)) {
    const { code } = await ledger.keepDrill({ date: plan.date, email, code: newCode() });
    const mail = renderMail(
      plan,
      {
        id: 'drill',
        tone: 'info',
        subject: `Are you reachable? Your code is ${code}`,
        lines: [
          `This is a drill. Answer this mail and leave the subject as it is, or tell the operator the code ${code}.`,
          'During the session HKEX uses the contacts that were registered; whoever does not answer today is rung.',
        ],
        facts: plan.hotlines.map(({ name, number }) => ({ label: name, value: number })),
      },
      [`${plan.title} (${plan.source})`, 'Written by RAP Ops.'],
    );
    await ledger.queueMail({
      eventKey: `practice:${plan.date}:drill:${email.toLowerCase()}`,
      kind: 'notice',
      run: practiceRun(plan.date),
      to: [email],
      ...mail,
      domain: domainOf(contacts.smtp.from.address),
    });
  }
  return ledger.drillOf(plan.date);
}

/**
 * Takes the first code that stands in what came back: a subject line, or what a person typed.
 * @param how 'mail', 'operator page'
 * @returns the contact that answered, or undefined when no contact has such a code
 */
export async function answerDrill(
  ledger: Ledger,
  date: string,
  { text, how }: { text: string; how: string },
): Promise<DrillRow | undefined> {
  const words = new Set(text.toUpperCase().split(/[^A-Z0-9]+/));
  const row = (await ledger.drillOf(date)).find(({ code }) => words.has(code));
  return row === undefined ? undefined : ledger.answerDrill({ date, code: row.code, how });
}

export function drillOf(ledger: Ledger, date: string): Promise<DrillRow[]> {
  return ledger.drillOf(date);
}

/** Six letters: enough for a few dozen contacts, short enough to be read aloud. */
function randomCode(): string {
  return Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
}
