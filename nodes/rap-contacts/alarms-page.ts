/**
 * The operator's page of alarms: what is open, who knows, and the button that says "I know"; below it what was seen
 * at RAP and is not here, and the button that closes it, and what a look inside found in what came.
 */
import type { NodeAPI } from 'node-red';
import { closeReport } from '../../lib/collection/close.ts';
import { whyOutstanding } from '../../lib/collection/outstanding.ts';
import { acknowledge, acknowledgedUntil } from '../../lib/contacts/acknowledge.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { AlarmRecord, Ledger } from '../../lib/ledger/ledger.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { notCheckedReasons } from '../../lib/words/findings.ts';
import { saidIn } from '../base/bounds.ts';
import { clockOf } from '../base/house.ts';
import { serveOpsPage } from '../base/ops-page.ts';
import { alarmsWords } from './alarms-words.ts';

/** More would not be read, and an alarm acknowledged makes room. */
const MOST_SHOWN = 200;

/** @param restHours how long an acknowledgement counts */
export function serveAlarmsPage(RED: NodeAPI, restHours: () => number): void {
  const clock = clockOf(RED);
  serveOpsPage(
    RED,
    { path: '/rap-ops/alarms', words: alarmsWords, script },
    async (ledger, _body, login) => {
      const open = await ledger.openAlarms();
      const rank = ({ level }: AlarmRecord) => (level === 'critical' ? 0 : 1);
      const alarms = open.toSorted((a, b) => rank(a) - rank(b) || b.seenAt - a.seenAt);
      return {
        login,
        hours: restHours(),
        total: open.length,
        alarms: alarms.slice(0, MOST_SHOWN).map((alarm) => shown(alarm, clock.now())),
        ...(await shownOutstanding(ledger)),
        ...(await shownFindings(ledger, clock.now())),
      };
    },
    {
      close: async (ledger, body, login) => {
        const by = personOf(body, login);
        const { outstanding } = await ledger.openThings();
        const report = outstanding.find(({ id }) => id === Number(body.report));
        const reason = saidIn(body.why);
        if (report === undefined) throw new RapError('USAGE', 'It is not outstanding any more');
        await closeReport(ledger, report, { by, reason });
        return { said: `${report.path}: ${by}` };
      },
      acknowledge: async (ledger, body, login) => {
        const by = personOf(body, login);
        const alarm = Number(body.alarm);
        const { until } = await acknowledge(ledger, clock, { alarm, by, why: saidIn(body.why) }, restHours());
        return { said: `${alarm}: ${by}, ${hongKongStamp(until).slice(0, 16)}` };
      },
    },
  );
}

/** Whoever is logged in stands for it; the name typed is added where it says more. */
function personOf(body: Record<string, unknown>, login: string): string {
  const typed = saidIn(body.by, 80);
  return login === '' || login === typed ? typed : typed === '' ? login : `${typed} (${login})`;
}

/** What was seen at RAP and is not here. About what lies in quarantine, or was refused, the command line decides. */
async function shownOutstanding(ledger: Ledger) {
  const { outstanding, quarantine, refused } = await ledger.openThings();
  const since = (at: number) => hongKongStamp(at).slice(0, 16);
  const all = [
    ...outstanding.map((report) => {
      const { id, account, path, firstSeenAt } = report;
      return { close: id, account, path, why: whyOutstanding(report).message, since: since(firstSeenAt) };
    }),
    ...quarantine.map(({ id, account, path, reason, heldAt }) => ({
      ...{ decide: `report-${id}`, account, path, why: reason, since: since(heldAt) },
    })),
    ...refused.map(({ id, account, folder, shown: name, reason, firstSeenAt }) => ({
      ...{ decide: `name-${id}`, account, path: `${folder}/${name}`, why: reason, since: since(firstSeenAt) },
    })),
  ];
  return { outstanding: all.slice(0, MOST_SHOWN), totalOutstanding: all.length };
}

/** So far back, milliseconds. */
const RECENT = 3 * 24 * 3600_000;

/** Reports that came with warnings or are in no catalogue, and how many were not checked for which reason. */
async function shownFindings(ledger: Ledger, now: number) {
  const looked = await ledger.lookedAt({ since: now - RECENT });
  const findings = looked.flatMap(({ finding, ...of }) =>
    finding === undefined ? [] : [{ ...of, finding }],
  );
  const told = findings.filter(
    ({ finding }) => finding.warnings.length > 0 || finding.why === 'unrecognised',
  );
  const reasons = notCheckedReasons.map((reason) => ({
    reason,
    n: findings.filter(({ finding }) => finding.why === reason).length,
  }));
  return {
    found: told.slice(0, MOST_SHOWN).map(({ account, path, receivedAt, finding }) => ({
      ...{ account, path, when: hongKongStamp(receivedAt).slice(0, 16) },
      unrecognised: finding.why === 'unrecognised',
      warnings: finding.warnings,
    })),
    unchecked: reasons.filter(({ n }) => n > 0),
    looked: findings.length,
  };
}

function shown(alarm: AlarmRecord, now: number) {
  const { id, level, account, code, place, message, cure, seen, raisedAt, seenAt, muted } = alarm;
  const stamp = (at: number) => hongKongStamp(at).slice(0, 16);
  const until = acknowledgedUntil(alarm, now);
  return {
    ...{ id, level, account, code, place, message, cure, seen, muted },
    raised: stamp(raisedAt),
    last: stamp(seenAt),
    acknowledged: until === undefined ? null : { by: alarm.acknowledgedBy, until: stamp(until) },
  };
}

const script = `
const { words, data, main, make } = ops;
if (data.alarms.length === 0) make('p', words.none, main, { class: data.outstanding.length === 0 ? 'good' : 'soft' });
const filled = (text, values) => text.replace(/\\{(\\w+)\\}/g, (whole, name) => values[name] ?? whole);
const showFindings = () => {
  if (data.found.length + data.unchecked.length === 0) return;
  make('h2', words.found, main);
  for (const { reason, n } of data.unchecked) {
    make('p', filled(words.notChecked, { n, all: data.looked, why: words['reason ' + reason] }), main, { class: 'soft' });
  }
  if (data.found.length > 0) ops.table([words.report, words.heading, words.when], data.found.map((one) => {
    const what = make('div', '');
    make('div', one.path, what);
    make('div', one.account, what, { class: 'soft' });
    const lines = make('div', '');
    if (one.unrecognised) make('div', words['reason unrecognised'], lines, { class: 'soft' });
    for (const { rule, record, field, rows, reason } of one.warnings) {
      const where = [
        record === null ? '' : filled(words.record, { n: record }),
        field === '' ? '' : filled(words.field, { name: field }),
        words['rule ' + rule],
        rows ? filled(words.rows, rows) : rule === 'released' ? reason : '',
      ];
      make('div', where.filter((part) => part !== '').join(' · '), lines);
    }
    return [what, lines, make('div', one.when)];
  }));
};
if (data.alarms.length + data.outstanding.length === 0) return showFindings();
if (data.alarms.length > 0) make('p', words.how.replace('{hours}', data.hours), main, { class: 'soft' });
const form = make('form', '', main);
const labelled = (text, name, value) => {
  const label = make('label', text, form);
  const input = make('input', '', label, { name, value, maxlength: 80 });
  return input;
};
const by = labelled(words.name, 'by', data.login);
const why = labelled(words.why, 'why', '');
form.onsubmit = (event) => event.preventDefault();
if (data.alarms.length > 0) ops.table([words.alarm, words.what, words.when, words.known], data.alarms.map((alarm) => {
  const head = make('div', '');
  make('div', alarm.id + ' · ' + words[alarm.level], head, { class: alarm.level === 'critical' ? 'bad' : 'soft' });
  make('div', alarm.account, head);
  make('div', alarm.code, head, { class: 'soft' }).style.whiteSpace = 'nowrap';
  const what = make('div', '');
  make('div', alarm.message, what);
  make('div', alarm.cure, what, { class: 'soft' });
  if (alarm.place) make('div', alarm.place, what, { class: 'soft' });
  const when = make('div', '');
  make('div', alarm.raised, when);
  if (alarm.seen > 1) make('div', words.seen.replace('{n}', alarm.seen).replace('{last}', alarm.last), when, { class: 'soft' });
  const known = make('div', '');
  if (alarm.muted) make('div', words.muted.replace('{reason}', alarm.muted), known, { class: 'soft' });
  if (alarm.acknowledged) {
    make('div', words.by.replace('{by}', alarm.acknowledged.by).replace('{until}', alarm.acknowledged.until), known, { class: 'good' });
  } else {
    const button = make('button', words.acknowledge, known, { type: 'button', 'data-alarm': alarm.id });
    button.style.whiteSpace = 'nowrap';
    button.onclick = () => ops.act('acknowledge', { alarm: alarm.id, by: by.value, why: why.value });
  }
  return [head, what, when, known];
}));
if (data.total > data.alarms.length) make('p', words.more.replace('{n}', data.total - data.alarms.length), main, { class: 'soft' });
if (data.outstanding.length === 0) return showFindings();
make('h2', words.outstanding, main);
make('p', words.close, main, { class: 'soft' });
ops.table([words.report, words.why, words.when, ''], data.outstanding.map((one) => {
  const act = make('div', '');
  if (one.decide) make('div', 'rap quarantine show ' + one.decide, act, { class: 'soft' });
  else {
    const button = make('button', words.closing, act, { type: 'button', 'data-report': one.close });
    button.onclick = () => ops.act('close', { report: one.close, by: by.value, why: why.value });
  }
  const what = make('div', '');
  make('div', one.path, what);
  make('div', one.account, what, { class: 'soft' });
  return [what, make('div', one.why), make('div', one.since), act];
}));
if (data.totalOutstanding > data.outstanding.length) {
  make('p', words.moreOutstanding.replace('{n}', data.totalOutstanding - data.outstanding.length), main, { class: 'soft' });
}
showFindings();
`;
