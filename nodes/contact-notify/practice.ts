/** The mail that a message of a practice session asks for. */

import { dataCentreChoices } from '../../lib/accounts/data-centre-switch.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { ContactsConfig, Language } from '../../lib/mail/config.ts';
import type { Queued } from '../../lib/mail/queued.ts';
import { openDay } from '../../lib/practice/day-store.ts';
import { startDrill } from '../../lib/practice/drill.ts';
import { mailOf, type PracticeMail, queuePracticeMail, resultMail } from '../../lib/practice/mails.ts';
import type { PracticePlan } from '../../lib/practice/plan.ts';
import { partResults } from '../../lib/practice/results.ts';
import { type PracticeMark, planOf } from '../runtime/practice-message.ts';
import type { RapMessage } from '../runtime/rap-node.ts';

/** Queues it, once per session; undefined when nobody needs to be told. @throws RapError MAIL_CONFIG, CONFIG_INVALID */
export async function queueForPractice(
  ledger: Pick<Ledger, 'accounts' | 'mails' | 'practice'>,
  contacts: ContactsConfig,
  msg: RapMessage,
  groups: readonly string[],
): Promise<Queued | undefined> {
  const { mark, plan } = await planOf(ledger, msg);
  const { order } = mark;
  if (order?.kind === 'milestone' && order.milestone.kind === 'drill') {
    // One mail for each contact, with a code of its own; the organiser's summary follows at its own milestone.
    return (await startDrill(ledger, contacts, plan, groups)).mail;
  }
  const queue = (mail: PracticeMail) => queuePracticeMail(ledger, contacts, plan, mail, groups);
  if (order?.kind === 'part' && (order.action === 'end' || order.action === 'stop')) {
    // Of who did not get through only the first try was told so far. Work that is stopped tells itself.
    const results = await partResults(ledger, plan.date);
    const given = results.filter(({ part, outcome }) => part === order.part.name && outcome === 'incomplete');
    for (const result of given) await queue(resultMail(plan, result, contacts.language));
  }
  const mail = await mailFor(ledger, plan, mark, contacts.language);
  return mail && queue(mail);
}

async function mailFor(
  ledger: Pick<Ledger, 'accounts' | 'practice'>,
  plan: PracticePlan,
  { order, result, mail }: PracticeMark,
  language: Language,
): Promise<PracticeMail | undefined> {
  if (mail !== undefined) return mail;
  // As of the step that gave the order: what is decided since is told by itself.
  const { state } = await openDay(ledger, plan);
  if (result !== undefined) {
    const again = result.outcome !== 'complete' && state.parts[result.part] === 'running';
    return resultMail(plan, result, language, again);
  }
  if (order === undefined) return undefined;
  const accounts = plan.accounts.map(({ account }) => account);
  return mailOf(order, {
    plan,
    decision: state.decision,
    choices: await dataCentreChoices(ledger, accounts),
    results: await partResults(ledger, plan.date),
    drill: await ledger.practice.drillOf(plan.date),
    language,
  });
}
