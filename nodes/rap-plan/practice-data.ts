/**
 * A practice session as JSON for scripts of a site: who is reachable, switches that wait for a second person, and the
 * acts upon them. People use the page of the desk.
 */
import type { NodeAPI } from 'node-red';
import { confirmSwitch, refuseSwitch, signed } from '../../lib/accounts/data-centre-switch.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { answerDrill, drillOf } from '../../lib/practice/drill.ts';
import type { PracticePlan } from '../../lib/practice/plan.ts';
import { hongKongDate, hongKongStamp } from '../../lib/time/hong-kong.ts';
import { saidIn } from '../runtime/bounds.ts';
import { guessesAt } from '../runtime/guesses.ts';
import { serveOpsData } from '../runtime/ops-data.ts';
import { switchSettled } from '../runtime/practice-message.ts';
import { clockOf } from '../runtime/runtime.ts';

const ways = ['mail', 'telephone'] as const;

/** How many settled requests are shown. */
const shownRequests = 10;

export function servePractice(RED: NodeAPI): void {
  const clock = clockOf(RED);
  const guesses = guessesAt(RED);
  serveOpsData<'accounts' | 'journal' | 'practice' | 'switchRequests'>(
    RED,
    '/rap-ops/practice',
    (ledger, _body, login) => facts(ledger, clock.now(), login),
    {
      answer: async (ledger, body, login) => {
        const by = nameOf(body.by, login);
        const date = saidIn(body.date);
        const how = ways.find((one) => one === body.how) ?? 'telephone';
        guesses.check();
        const found = await answerDrill(ledger, date, { text: saidIn(body.code), how, by });
        if (found === undefined) {
          guesses.wrong();
          await ledger.journal.append({
            who: by,
            what: 'reachability drill: wrong code',
            why: 'No contact has the code that was entered',
            details: { practice: date },
          });
          throw new RapError('CODE_REFUSED', 'No contact of this session has this code');
        }
        const { outcome, contact } = found;
        const stamp = minute(contact.answeredAt);
        const name = contact.name || contact.email;
        return { said: outcome === 'answered' ? `${name}: ${stamp}` : `${name}: ${stamp} (${contact.how})` };
      },
      confirm: async (ledger, body, login) => {
        const { id } = await confirmSwitch(ledger, clock, {
          id: Number(body.id),
          by: typedOr(body.by, login),
          login,
        });
        RED.events.emit(switchSettled);
        return { said: `No. ${id}` };
      },
      refuse: async (ledger, body, login) => {
        const { id } = await refuseSwitch(ledger, clock, {
          id: Number(body.id),
          by: typedOr(body.by, login),
          login,
          why: saidIn(body.why),
        });
        RED.events.emit(switchSettled);
        return { said: `No. ${id}` };
      },
    },
  );
}

async function facts(
  ledger: Pick<Ledger, 'accounts' | 'practice' | 'switchRequests'>,
  now: number,
  login: string,
) {
  const plans = (await ledger.practice.practiceDays()).map(({ plan }): PracticePlan => JSON.parse(plan));
  const today = hongKongDate(now);
  // The next session first, those that are over after it, the latest first.
  const coming = plans.filter(({ date }) => date >= today);
  const over = plans.filter(({ date }) => date < today).reverse();
  const sessions = [];
  for (const { date, title, weekday, hotlines } of [...coming, ...over]) {
    // The codes stay here: who sees them could answer for everybody.
    const drill = (await drillOf(ledger, date)).map(
      ({ name, email, sentAt, answeredAt, how, enteredBy }) => ({
        name,
        email,
        how,
        enteredBy,
        sent: minute(sentAt),
        answered: minute(answeredAt),
      }),
    );
    sessions.push({ date, title, weekday, hotlines, drill });
  }
  const requests = (await ledger.switchRequests.switchRequests()).map(
    ({ id, accounts, dataCentre, reason, by, until, expiresAt, requestedAt, state, settledBy }) => ({
      id,
      accounts,
      dataCentre,
      reason,
      by,
      settledBy,
      state: state === 'open' && expiresAt <= now ? 'expired' : state,
      asked: minute(requestedAt),
      expires: minute(expiresAt),
      until: minute(until ?? null),
    }),
  );
  return {
    now: minute(now),
    login,
    sessions,
    open: requests.filter(({ state }) => state === 'open'),
    settled: requests
      .filter(({ state }) => state !== 'open')
      .slice(-shownRequests)
      .reverse(),
    choices: (await ledger.accounts.dataCentreChoices()).map(
      ({ account, dataCentre, reason, by, second, until }) => ({
        account,
        dataCentre,
        reason,
        by: second === undefined ? by : `${by}, ${second}`,
        until: minute(until ?? null),
      }),
    ),
  };
}

function minute(at: number | null): string {
  return at === null ? '' : hongKongStamp(at).slice(0, 16);
}

/** A login stands for a name; without either nobody is there. */
function typedOr(value: unknown, login: string): string {
  return saidIn(value, 80) || login;
}

/** @throws RapError CONFIG_INVALID when nobody says who he is */
function nameOf(value: unknown, login: string): string {
  const name = typedOr(value, login);
  if (name !== '') return signed(name, login);
  throw new RapError('CONFIG_INVALID', 'by is empty', { cure: 'Give your name; it stands in the journal.' });
}
