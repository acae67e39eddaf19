/** The operator's page around a practice session: who is reachable, and switches that wait for a second person. */
import type { NodeAPI } from 'node-red';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { answerDrill, drillOf } from '../../lib/practice/drill.ts';
import type { PracticePlan } from '../../lib/practice/plan.ts';
import { confirmSwitch, refuseSwitch, signed } from '../../lib/practice/switch.ts';
import { hongKongDate, hongKongStamp } from '../../lib/time/hong-kong.ts';
import { saidIn } from '../base/bounds.ts';
import { guessesAt } from '../base/guesses.ts';
import { clockOf } from '../base/house.ts';
import { serveOpsPage } from '../base/ops-page.ts';
import { switchSettled } from '../base/practice.ts';
import { operatorWords } from './operator-words.ts';

const ways = ['mail', 'telephone'] as const;

/** How many settled requests are shown. */
const shownRequests = 10;

export function serveOperatorPage(RED: NodeAPI): void {
  const clock = clockOf(RED);
  const guesses = guessesAt(RED);
  serveOpsPage(
    RED,
    { path: '/rap-ops/practice', words: operatorWords, script },
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
          await ledger.journal({
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

async function facts(ledger: Ledger, now: number, login: string) {
  const plans = (await ledger.practiceDays()).map(({ plan }): PracticePlan => JSON.parse(plan));
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
  const requests = (await ledger.switchRequests()).map(
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
    choices: (await ledger.dataCentreChoices()).map(({ account, dataCentre, reason, by, second, until }) => ({
      account,
      dataCentre,
      reason,
      by: second === undefined ? by : `${by}, ${second}`,
      until: minute(until ?? null),
    })),
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

const script = String.raw`
const { words, data, main, make, table, act } = ops;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const field = (form, label, name, attributes) => {
  const box = make('label', label, form);
  make('br', '', box);
  return make('input', '', box, { name, autocomplete: 'off', ...attributes });
};
const nameField = (form) => {
  const box = field(form, words.yourName, 'by', { required: '', maxlength: '80' });
  box.value = sessionStorage.getItem('rap-ops-name') || data.login;
  box.onchange = () => sessionStorage.setItem('rap-ops-name', box.value);
  return box;
};
make('p', fill(words.written, { now: data.now }), main, { class: 'soft' });
const session = data.sessions.find((one) => one.date === sessionStorage.getItem('rap-ops-session')) || data.sessions[0];
if (!session) make('p', words.none, main);
else {
  if (data.sessions.length > 1) {
    const choice = make('select', '', make('form', '', main), { 'aria-label': words.title });
    for (const one of data.sessions) make('option', one.date + ' ' + one.title, choice, { value: one.date });
    choice.value = session.date;
    choice.onchange = () => { sessionStorage.setItem('rap-ops-session', choice.value); draw(); };
  }
  make('h2', words.drill + ': ' + session.date, main);
  make('p', session.title, main, { class: 'soft' });
  if (session.drill.length === 0) make('p', words.notSent, main, { class: 'bad' });
  else {
    make('p', words.drillHelp, main);
    const form = make('form', '', main, { id: 'answer' });
    const code = field(form, words.code, 'code', { required: '', maxlength: '60', spellcheck: 'false' });
    const how = make('select', '', form, { name: 'how', 'aria-label': words.how });
    for (const way of ['telephone', 'mail']) make('option', words[way], how, { value: way });
    const by = nameField(form);
    make('button', words.enter, form);
    form.onsubmit = async (event) => {
      event.preventDefault();
      await act('answer', { date: session.date, code: code.value, how: how.value, by: by.value });
    };
    table([words.contact, words.sent, words.answered, words.how, words.enteredBy], session.drill.map((one) => [
      [one.name, one.email].filter(Boolean).join(', '), one.sent,
      make('span', one.answered || words.waiting, null, { class: one.answered ? 'good' : 'bad' }),
      words[one.how] || one.how, one.enteredBy,
    ]));
  }
  make('p', words.hotlines + ': ' + session.hotlines.map((one) => one.name + ' ' + one.number).join('; '), main, { class: 'soft' });
}
make('h2', words.switches, main);
if (data.open.length === 0) make('p', words.noRequests, main);
for (const one of data.open) {
  const said = { ...one, accounts: one.accounts.join(', '), site: words[one.dataCentre] };
  make('p', fill(words.request, said) + (one.until ? ' ' + fill(words.back, one) : ''), main);
  const form = make('form', '', main, { class: 'request' });
  const by = nameField(form);
  const why = field(form, words.why, 'why', { maxlength: '200' });
  make('button', words.confirm, form);
  const no = make('button', words.refuse, form, { type: 'button', class: 'second' });
  form.onsubmit = (event) => { event.preventDefault(); act('confirm', { id: one.id, by: by.value }); };
  no.onclick = () => { if (form.reportValidity()) act('refuse', { id: one.id, by: by.value, why: why.value }); };
}
if (data.settled.length > 0) {
  make('h2', words.settled, main);
  table([words.asked, words.what, words.reason, words.outcome], data.settled.map((one) => [
    one.asked + ', ' + one.by, one.accounts.join(', ') + ': ' + words[one.dataCentre], one.reason, words[one.state] + (one.settledBy === 'rap' ? '' : ', ' + one.settledBy),
  ]));
}
make('h2', words.inUse, main);
if (data.choices.length === 0) make('p', words.noChoices, main);
else table([words.account, words.site, words.by, words.reason, words.until], data.choices.map((one) => [
  one.account, make('span', words[one.dataCentre], null, { class: one.dataCentre === 'primary' ? '' : 'bad' }), one.by, one.reason, one.until,
]));
`;
