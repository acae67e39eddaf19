/**
 * Whoever says that all is well says the same: Today, its light, the answer of a rap-status node and the morning mail,
 * over days that a seeded generator makes. Green is what nothing takes away, and nothing else.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkReports } from '../../../lib/collection/report-check.ts';
import { SiteRulesReader } from '../../../lib/collection/site-rules.ts';
import { todayAnswer } from '../../../lib/collection/status-answers.ts';
import type { Light } from '../../../lib/desk/light/file.ts';
import type { LiveFact } from '../../../lib/desk/live.ts';
import type { Sighting } from '../../../lib/ledger/records/alarm-sightings.ts';
import { queueDailyStatus } from '../../../lib/mail/daily-status.ts';
import { summaryOf } from '../../../lib/model/completeness.ts';
import { shippedCalendars } from '../../../lib/time/calendar-book.ts';
import { runs } from '../../support/runs.ts';
import { someContacts } from '../mail/samples.ts';
import { Evening, hkscc, wholeFlow } from './support.ts';

const room = (state: 'answers' | 'silent' | 'fault'): LiveFact => ({
  ...{ kind: 'room', root: '/srv/risk', at: 0, state, fault: '', free: null, size: null },
});
const alarm: Sighting = {
  ...{ key: 'k', level: 'critical', account: 'HKSCC', code: 'HOST_KEY_MISMATCH', place: 'log in' },
  ...{ message: 'The host key changed', cure: 'Ring HKEX', run: 'run-1', groups: [] },
};
const act = { by: 'Chan', reason: 'a reason' };

/** What may have happened on a day on which everything came. */
interface Turn {
  what: string;
  /** Does it leave the day as green as it was? */
  harmless: boolean;
  happens(evening: Evening): unknown;
}

const fact = (evening: Evening, one: LiveFact) => {
  evening.live = { ...evening.live, facts: [...evening.live.facts, one] };
};
const placed = async (evening: Evening, name: string) => {
  const versionId = await evening.receive('22:01', name);
  const of = { versionId, share: '/srv/risk', file: `/srv/risk/${name}`, sha256: 'a'.repeat(64) };
  await evening.ledger.deliveries.recordDelivery({ ...of, outcome: 'published', run: 'run-1' });
  const lost = { versionId, share: '/srv/risk', state: 'gone', why: 'gone' } as const;
  await evening.ledger.placedFiles.notePlaced([lost], evening.clock.now());
  return versionId;
};

const turns: Turn[] = [
  {
    what: 'a further report is on its share',
    harmless: true,
    happens: (one) => one.receive('22:01', 'CCLTN05_SIM001_20261120.csv'),
  },
  { what: 'a share answers', harmless: true, happens: (one) => fact(one, room('answers')) },
  {
    what: 'the service is ready',
    harmless: true,
    happens: (one) => fact(one, { kind: 'service', failed: [], unknown: [] }),
  },
  {
    what: 'a key has long to go',
    harmless: true,
    happens: (one) => one.ledger.accountKeys.setKeyUntil('HKSCC', '2027-11-30'),
  },
  {
    what: 'a lost file was left so by a person',
    harmless: true,
    async happens(one) {
      const versionId = await placed(one, 'RPF01_20261113.csv');
      await one.ledger.placedFiles.closePlaced({ versionId, share: '/srv/risk' }, act);
    },
  },
  {
    what: 'a report came again and is on no share',
    harmless: false,
    happens: (one) => one.receive('22:01', one.half(4, 'DAT'), false, 'b'.repeat(64)),
  },
  {
    what: 'a delivered file is gone',
    harmless: false,
    happens: (one) => placed(one, 'RPF01_20261118.csv'),
  },
  {
    what: 'a delivered file of today is gone',
    harmless: false,
    happens: (one) => placed(one, 'RPF01_20261120.csv'),
  },
  {
    what: 'the login is locked',
    harmless: false,
    happens: (one) => one.ledger.accounts.lockLogin({ account: 'HKSCC', reason: 'refused', address: '' }),
  },
  {
    what: 'an alarm is open that somebody knows of',
    harmless: false,
    async happens(one) {
      const { alarm: open } = await one.ledger.alarms.recordFault(alarm, () => ({}));
      const until = one.clock.now() + 3_600_000;
      await one.ledger.alarms.acknowledgeAlarm(open.id, { by: 'Chan', why: 'seen', until });
    },
  },
  {
    what: 'the secondary data centre is in use',
    harmless: false,
    happens: (one) =>
      one.ledger.accounts.chooseDataCentres([{ account: 'HKSCC', dataCentre: 'secondary', ...act }]),
  },
  { what: 'a share is silent', harmless: false, happens: (one) => fact(one, room('silent')) },
  { what: 'a share has a fault', harmless: false, happens: (one) => fact(one, room('fault')) },
  ...(['ledger', 'space', 'schedule', 'mail', 'lease'] as const).map(
    (check): Turn => ({
      what: `the service is not ready: ${check}`,
      harmless: false,
      happens: (one) => fact(one, { kind: 'service', failed: [check], unknown: [] }),
    }),
  ),
  {
    what: 'nobody has looked whether the service is ready',
    harmless: false,
    happens: (one) => fact(one, { kind: 'service', failed: [], unknown: ['schedule'] }),
  },
  {
    what: 'a second account is deployed, and nobody accepted its reports',
    harmless: false,
    happens(one) {
      const { accounts } = one.live;
      one.live = {
        ...one.live,
        accounts: [...accounts, { ...hkscc, account: 'HKCC', installation: 'hkcc-seoch' }],
      };
    },
  },
  {
    what: 'a tab is disabled that had the check of reports',
    harmless: false,
    happens(one) {
      one.live = { ...one.live, facts: one.live.facts.filter(({ kind }) => kind !== 'check') };
    },
  },
  {
    what: 'a tab is disabled that had the schedule',
    harmless: false,
    happens(one) {
      one.live = { ...one.live, facts: one.live.facts.filter(({ kind }) => kind !== 'schedule') };
    },
  },
  {
    what: 'a node cannot work',
    harmless: false,
    happens(one) {
      const fault = { node: 'Route', type: 'report-route', code: 'ROUTE_INVALID', message: 'No rule' };
      one.live = { ...one.live, faults: [...one.live.faults, { ...fault, cure: '' }] };
    },
  },
  { what: 'another process has the lease', harmless: false, happens: (one) => one.lease('ops-2:7:x') },
  { what: 'no process has the lease', harmless: false, happens: (one) => one.lease('ops-2:7:x', 1) },
  {
    what: 'a key is over',
    harmless: false,
    happens: (one) => one.ledger.accountKeys.setKeyUntil('HKSCC', '2026-11-19'),
  },
  {
    what: 'mails wait for long',
    harmless: false,
    async happens(one) {
      const mail = { kind: 'digest', subject: 's', text: 't', html: '', domain: 'broker.example' } as const;
      await one.ledger.mails.queueMail({ ...mail, eventKey: 'e', run: 'run-1', to: ['ada@broker.example'] });
      await one.clock.advance(20 * 60_000);
    },
  },
  {
    what: 'a person gave a report up that came all the same',
    harmless: true,
    happens: (one) =>
      one.ledger.expectations.enterExpectation(
        'HKSCC',
        { entry: 'closed', report: 'RPF01', set: '', businessDate: '2026-11-20' },
        act,
      ),
  },
  {
    what: 'the day is over: the next one has no reports',
    harmless: false,
    happens: (one) => one.clock.advance(2.5 * 3_600_000),
  },
  {
    what: 'the next day is hours old',
    harmless: false,
    happens: (one) => one.clock.advance(7 * 3_600_000),
  },
];

/** Seeds of days: which turns they take, in which order. */
const days = fc.sample(fc.shuffledSubarray(turns, { minLength: 0, maxLength: 4 }), {
  seed: 20_261_120,
  numRuns: runs(46),
});

describe('all that says whether all is well', () => {
  let evening: Evening;
  beforeEach(async () => {
    evening = await Evening.begin();
    await evening.lease();
    evening.live = { ...evening.live, facts: wholeFlow };
    await evening.wholeDay();
    await evening.look('22:00');
  });
  afterEach(() => evening.end());

  const harmless = turns.filter((one) => one.harmless);
  for (const [number, day] of [[], harmless, harmless.toReversed(), [turns[5] as Turn], ...days].entries()) {
    it(`says the same of day ${number}: ${day.map(({ what }) => what).join(', ') || 'nothing happened'}`, async () => {
      for (const turn of day) await turn.happens(evening);
      const { tone } = await evening.verdict();
      const light = JSON.parse((await evening.ask('en', 'light')).body) as Light;
      const now = evening.clock.now();
      const site = new SiteRulesReader(evening.home);
      const founds = [];
      for (const account of evening.live.accounts)
        founds.push((await checkReports(evening.ledger, site, account, now)).found);
      const answer = await todayAnswer(evening.ledger, founds, light, 'en');
      const contacts = someContacts();
      await queueDailyStatus(evening.ledger, contacts, now, [], ['HKSCC'], shippedCalendars, light);
      const mail = (await evening.ledger.mails.mails()).findLast(({ kind }) => kind === 'heartbeat');
      const isWell = day.every((turn) => turn.harmless);
      assert.deepEqual(
        { tone: tone === 'ok', light: light.tone === 'ok', node: answer.well },
        { tone: isWell, light: isWell, node: isWell },
        light.headline,
      );
      if (isWell) assert.ok(founds.every((found) => summaryOf(found).complete));
      // In the morning most reports are still to come: that is no reason for a mail to be read.
      const needsNobody = light.tone === 'ok' || light.tone === 'grey';
      const saysReady = (mail?.subject ?? '').startsWith('RAP ready');
      assert.ok(needsNobody || !saysReady, `${mail?.subject} beside "${light.headline}"`);
      if (!needsNobody) assert.ok(mail?.text.includes(light.headline.slice(0, 30)), light.headline);
    });
  }
});
