/**
 * A model of each page of the desk that has everything in it: every list has a row, whatever may be missing is there,
 * and something failed wherever a page can say so.
 */

import type { Story } from '../../../lib/collection/story.ts';
import { alarmsPage } from '../../../lib/desk/alarms/page.ts';
import type { AlarmLine, AlarmsModel } from '../../../lib/desk/alarms/view.ts';
import { contactsPage } from '../../../lib/desk/contacts/page.ts';
import type { ContactsModel } from '../../../lib/desk/contacts/view.ts';
import { deliverPage } from '../../../lib/desk/deliver/page.ts';
import type { DeliverModel } from '../../../lib/desk/deliver/view.ts';
import type { Fault } from '../../../lib/desk/fault.ts';
import { historyPage } from '../../../lib/desk/history/page.ts';
import type { HistoryModel } from '../../../lib/desk/history/view.ts';
import { type DeskPage, page } from '../../../lib/desk/page.ts';
import { practicePage } from '../../../lib/desk/practice/page.ts';
import type { PracticeModel } from '../../../lib/desk/practice/view.ts';
import { quarantinePage } from '../../../lib/desk/quarantine/page.ts';
import type { QuarantineModel } from '../../../lib/desk/quarantine/view.ts';
import { reportPage } from '../../../lib/desk/report/page.ts';
import type { ReportModel } from '../../../lib/desk/report/view.ts';
import { awaitedPage, strangePage } from '../../../lib/desk/story/page.ts';
import type { AwaitedModel, StrangeModel } from '../../../lib/desk/story/view.ts';
import { systemPage } from '../../../lib/desk/system/page.ts';
import { type SystemModel, systemLists } from '../../../lib/desk/system/view.ts';
import { todayPage } from '../../../lib/desk/today/page.ts';
import type { TodayModel } from '../../../lib/desk/today/view.ts';
import type { ListedReport, MailLine, PlacedFile } from '../../../lib/ledger/ledger.ts';
import type { FoundReport } from '../../../lib/model/completeness.ts';
import type { ReportWarning } from '../../../lib/model/findings.ts';
import { planMoment } from '../../../lib/practice/plan.ts';
import { practice20250621 as plan } from '../../../lib/practice/plans/2025-06-21.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';

/** The practice session is under way. */
export const NOW = fromHongKong('2025-06-21 10:00');
const TODAY = '2025-06-21';
const HOUR = 3_600_000;
const NOW_S = Math.floor(NOW / 1000);

export interface FullModel {
  name: string;
  page: DeskPage;
  model: unknown;
}

const named = <M>(name: string, one: DeskPage<M>, model: M): FullModel => ({ name, page: page(one), model });

/** @param fault what failed, everywhere */
export function fullModels({ code, message, cure = '' }: Fault): FullModel[] {
  const fault: Fault = { code, message, cure };
  const listed: ListedReport = {
    ...{ versionId: 7, account: 'HKSCC', installation: 'hkscc', path: '/INBOX/RPF01.csv', name: 'RPF01.csv' },
    ...{ system: 'CCASS', code: 'RPF01', businessDate: TODAY, sequence: '1', bytes: 4096, amended: true },
    ...{ receivedAt: NOW - HOUR, routedAt: NOW, cleanedAt: NOW, inside: 'warnings', insideWhy: '' },
    places: [
      { share: '/mnt/ops', file: '/mnt/ops/RPF01.csv', outcome: 'version', deliveredAt: NOW, state: 'gone' },
    ],
  };
  const warning: ReportWarning = {
    ...{ rule: 'released', record: 2, field: 'AMOUNT', reason: 'it was released by a person' },
  };
  const awaited: FoundReport = {
    ...{ report: 'RMAMR03', set: '4', businessDate: TODAY, system: 'VaR', state: 'late' },
    ...{ about: NOW_S - 3600, riskAfter: NOW_S - 1800, lateAfter: NOW_S - 60, cutOff: NOW_S + 3600 },
    ...{ lacking: ['CTL'], lastLook: { at: NOW_S, centre: 'secondary' } },
    traces: [
      {
        half: 'DAT',
        seen: { at: NOW_S, centre: 'primary' },
        quarantined: { at: NOW_S, centre: 'primary', code },
      },
    ],
    closed: { by: 'Chan', reason: 'the exchange said so' },
    moved: { by: 'Lee', reason: 'a circular' },
  };
  const open = { ...awaited, report: 'RMAMR04', closed: undefined, moved: undefined } as FoundReport;
  const here: FoundReport = { ...open, report: 'RPF01', set: '', state: 'on-share', traces: [] };
  const alarm: AlarmLine = {
    ...{ id: 3, level: 'critical', account: 'HKSCC', code, place: 'log in', message, cure },
    ...{ raisedAt: NOW - HOUR, seenAt: NOW, seen: 2, muted: 'maintenance', closed: null, known: null },
    acknowledged: null,
  };
  const known: AlarmLine = { ...alarm, id: 4, known: { by: 'Chan', why: 'rang HKEX', until: NOW + HOUR } };
  const over: AlarmLine = {
    ...{ ...alarm, id: 5, closed: { at: NOW, why: message } },
    acknowledged: { at: NOW, by: 'Chan', why: 'rang HKEX' },
  };
  const mail: MailLine = {
    ...{
      id: 9,
      kind: 'alarm',
      run: 'run-1',
      subject: 'RAP CRITICAL SIM001',
      state: 'refused',
      level: 'critical',
    },
    ...{ attempts: 3, error: message, createdAt: NOW, settledAt: NOW, nextAttempt: NOW, collectedInto: 8 },
    to: ['a', 'b', 'c', 'd'].map((name) => ({
      ...{ address: `${name}@broker.example`, state: 'refused', messageId: '<1@x>', response: message },
    })),
  };
  const placed: PlacedFile = {
    ...{ versionId: 7, account: 'HKSCC', path: '/INBOX/RPF01.csv', name: 'RPF01.csv', share: '/mnt/ops' },
    ...{ destination: '/mnt/ops/x', file: '/mnt/ops/x/RPF01.csv', sha256: 'a'.repeat(64), bytes: 1 },
    ...{
      deliveredAt: NOW,
      modifiedAt: NOW,
      state: 'gone',
      why: message,
      lookedAt: NOW,
      since: NOW,
      toldAt: NOW,
    },
  };
  const left: PlacedFile = {
    ...placed,
    share: '/mnt/audit',
    closed: { at: NOW, by: 'Lee', reason: 'moved' },
  };
  const events: Story['events'] = [
    { at: NOW, kind: 'listed', dataCentre: 'secondary', size: 5 },
    { at: NOW, kind: 'still', since: NOW },
    { at: NOW, kind: 'outstanding', id: 1, state: 'writing', code, message },
    { at: NOW, kind: 'asked', run: 'run-1' },
    {
      ...{ at: NOW, kind: 'received', versionId: 7, run: 'run-1', bytes: 5, sha256: 'a', amended: true },
      ...{ dataCentre: 'primary', address: '10.0.0.1:22' },
    },
    { at: NOW, kind: 'looked', state: 'warnings', why: 'unrecognised', warnings: [warning] },
    { at: NOW, kind: 'quarantined', id: 2, code, reason: message },
    { at: NOW, kind: 'refused', id: 2, code, reason: message, cameAt: NOW },
    {
      ...{ at: NOW, kind: 'delivered', versionId: 7, share: '/mnt/ops', file: '/mnt/ops/RPF01.csv' },
      ...{ outcome: 'published', run: 'run-1' },
    },
    { at: NOW, kind: 'waits', share: '/mnt/ops', code, message },
    { at: NOW, kind: 'everywhere' },
    { at: NOW, kind: 'placed', share: '/mnt/ops', file: 'x', state: 'unknown', why: message },
    { at: NOW, kind: 'told', mail: 9, to: [{ address: 'a@broker.example', state: 'accepted' }] },
    { at: NOW, kind: 'alarm', id: 3, code, message },
    { at: NOW, kind: 'acknowledged', id: 3, by: 'Chan', why: 'rang' },
    { at: null, kind: 'over', id: 3, why: message },
    { at: NOW, kind: 'person', who: 'Lee', what: 'released from quarantine', why: 'rang', details: {} },
    { at: NOW, kind: 'person', who: 'Lee', what: message, why: 'rang', details: {} },
    { at: NOW, kind: 'cleaned' },
  ];
  const today: TodayModel = {
    accounts: [
      {
        ...{
          account: 'HKSCC',
          installation: 'hkscc',
          dataCentre: 'secondary',
          locked: message,
          watched: false,
        },
        found: {
          ...{ account: 'HKSCC', installation: 'hkscc', at: NOW_S, today: TODAY, asked: [TODAY] },
          ...{ reports: [awaited, open, here], messages: [], blind: true },
          shortfalls: [
            { kind: 'no calendar', calendar: 'stock-connect', reports: 2 },
            { kind: 'folder not listed', folder: '/RPF', reports: 1 },
            { kind: 'not computed', reason: message, code },
          ],
          unaccepted: [{ report: 'X', set: '', why: 'name' }],
        },
        ...{
          fault: '',
          cure: '',
          code: '',
          arrived: {},
          filed: [],
          unfiled: { names: ['CCLTN05.csv'], n: 1 },
        },
        ...{ lastLook: NOW, keyDays: 3, key: { until: '2025-06-20', daysLeft: -1 } },
      },
      {
        ...{ account: 'HKCC', installation: 'hkcc-seoch', dataCentre: 'primary', locked: '', watched: true },
        ...{ found: undefined, fault: message, cure, code, arrived: {}, filed: [] },
        unfiled: { names: [], n: 0 },
        ...{ lastLook: null, keyDays: null, key: { until: '2025-06-23', daysLeft: 1 } },
      },
    ],
    alarms: { critical: [{ account: 'HKSCC', code, n: 1 }], others: [{ account: 'HKCC', code, n: 3 }] },
    ...{ silentShares: ['/mnt/ops'], faults: [{ node: 'Evening', ...fault }], unscheduled: ['HKCC'] },
    ...{ notBegun: ['Evening 21:30'], gone: ['OLD'], lost: { names: ['RPF01.csv (/mnt/ops)'], n: 1 } },
    ...{ mails: { failed: 1, waiting: 2 }, held: { names: ['/INBOX/x'], n: 9 } },
    outstanding: { names: ['/INBOX/y'], n: 1 },
    service: { failed: ['space'], unknown: ['schedule'] },
    charge: { holder: 'ops-1:77', own: false },
    ...{ today: TODAY, only: '', openAlarms: 9 },
    shown: [
      {
        ...{ id: 3, level: 'critical', account: 'HKSCC', code, message, raisedAt: NOW, nextAt: NOW },
        ...{ told: ['a@broker.example'], known: { by: 'Chan', until: NOW } },
      },
      {
        id: 4,
        level: 'critical',
        account: '',
        code,
        message,
        raisedAt: NOW,
        nextAt: null,
        told: [],
        known: null,
      },
    ],
    downloads: [
      {
        ...{
          kind: 'download',
          account: 'HKSCC',
          path: '/INBOX/RPF01.csv',
          done: 5,
          size: 9,
          since: NOW - HOUR,
        },
        from: 1,
      },
    ],
    atWork: ['HKSCC'],
    shares: [
      { kind: 'room', root: '/mnt/ops', at: NOW, state: 'silent', fault: message, free: null, size: null },
      { kind: 'room', root: '/mnt/audit', at: NOW, state: 'answers', fault: '', free: 5e9, size: 9e9 },
    ],
    mail: { waiting: 2, oldest: NOW, last: NOW },
    schedules: [
      { name: 'Evening', last: NOW, begun: NOW, next: NOW + HOUR, every: 60_000, reports: 2 },
      { name: 'Night', last: NOW, begun: null, next: null, every: null, reports: null },
    ].map((one) => ({ ...one, accounts: ['HKSCC'] })),
    starters: [{ node: 'n1', accounts: ['HKSCC'] }],
    weather: { watched: true, verdict: 'hold', at: NOW },
  };
  const alarms: AlarmsModel[] = [
    {
      part: 'all',
      counts: { unheard: 7, known: 2, critical: 7 },
      unheard: [alarm, { ...alarm, id: 6 }],
      outstanding: [
        { close: 1, account: 'HKSCC', path: '/INBOX/y', why: fault, since: NOW },
        { close: null, account: 'HKSCC', path: '/INBOX/z', why: fault, since: NOW },
      ],
      totalOutstanding: 9,
      findings: { looked: 5, told: 1, unchecked: [{ reason: 'unrecognised', n: 2 }] },
    },
    ...(['unheard', 'known', 'closed'] as const).map(
      (part): AlarmsModel => ({
        ...{
          part,
          ...{ next: '3.critical', total: 9 },
          alarms: [alarm, { ...alarm, id: 6 }, { ...alarm, id: 8, account: 'X' }, known, over],
        },
      }),
    ),
    {
      ...{ part: 'outstanding', next: 'outstanding.30', total: 31 },
      lines: [{ close: 1, account: 'HKSCC', path: '/INBOX/y', why: fault, since: NOW }],
    },
    {
      ...{ part: 'findings', next: '', total: 1 },
      lines: [
        { account: 'HKSCC', path: '/INBOX/x', receivedAt: NOW, unrecognised: true, warnings: [warning] },
      ],
    },
    ...[alarm, known, over].map(
      (one): AlarmsModel => ({
        ...{ part: 'one', alarm: one, groups: ['ops'], run: 'run-1', runs: 2, nextAt: NOW, mails: [mail] },
        reports: ['/INBOX/y'],
      }),
    ),
  ];
  const quarantine: QuarantineModel = {
    part: 'all',
    held: {
      lines: [
        {
          ...{ id: 1, account: 'HKSCC', path: '/INBOX/x', code, reason: message, bytes: 5, heldAt: NOW },
          ...{ decision: '', sha256: 'a' },
        },
      ],
      ...{ total: 4, next: 1 },
    },
    names: {
      lines: [
        {
          ...{ id: 2, account: 'HKSCC', folder: '/INBOX', shown: 'x', code: 'NAME_REFUSED', reason: message },
          ...{ firstSeenAt: NOW, decision: '', releasedAs: '' },
        },
      ],
      ...{ total: 1, next: 0 },
    },
    decided: [
      {
        ...{ id: 3, account: 'HKSCC', path: '/INBOX/x', code, reason: message, bytes: 5, heldAt: NOW },
        ...{ decision: 'released', sha256: 'a', person: { who: 'Lee', why: 'rang HKEX' } },
      },
    ],
  };
  const history: HistoryModel = {
    query: { q: 'RPF', date: TODAY, account: 'HKSCC', code: 'RPF01', only: '', before: 3 },
    total: 5,
    ...{ accounts: ['HKSCC', 'HKCC'], reports: [listed, { ...listed, places: [] }], next: 4 },
    expected: [{ ...awaited, account: 'HKSCC' }],
    expectedLeft: 2,
    othersLeft: true,
    others: [{ account: 'HKSCC', path: '/INBOX/x', kind: 'refused', state: '', id: 2, at: NOW }],
    days: { before: '2025-06-20', after: '2025-06-23' },
  };
  const report: ReportModel = {
    ...{ report: listed, sha256: 'a'.repeat(64), files: [placed, left], events, left: 3, others: [listed] },
    arrivals: [
      { date: '2025-06-20', minute: 1300, bytes: 4000, amended: false, own: false },
      { date: TODAY, minute: 1310, bytes: 0, amended: true, own: true },
    ],
    span: { from: '2025-04-22', to: TODAY },
    window: { about: 1290, late: 1320, cutOff: null },
  };
  const strange: StrangeModel = {
    ...{
      account: 'HKSCC',
      path: '/INBOX/x',
      kind: 'outstanding',
      id: 1,
      events,
      left: 2,
      versions: [listed],
    },
  };
  const story: AwaitedModel = {
    ...{ account: 'HKSCC', of: awaited, found: awaited, events, left: 1, versions: [listed] },
  };
  const delivered: DeliverModel = {
    query: {
      ...{ q: 'RPF', date: TODAY, account: 'HKSCC', system: 'VaR', code: 'RPF*', folder: '/RPF' },
      ...{ participant: 'SIM001', share: '/mnt/ops', to: '' },
    },
    ...{
      accounts: ['HKSCC'],
      fault: null,
      n: 2,
      isTooMany: false,
      bytes: 5,
      cleaned: 1,
      nowhere: 1,
      last: 7,
    },
    folders: [{ folder: '/mnt/ops', n: 2 }],
    named: [
      { versionId: 7, name: 'RPF01.csv', account: 'HKSCC', businessDate: TODAY, to: ['/mnt/ops'] },
      { versionId: 8, name: 'RPF02.csv', account: 'HKSCC', businessDate: TODAY, to: [] },
    ],
    job: {
      ...{ kind: 'delivery', about: 'all of a date', by: 'Chan', begun: NOW, ended: NOW, all: 2, done: 2 },
      count: { published: 1, identical: 0, version: 0, failed: 1 },
      ...{ faults: [{ path: '/INBOX/x', ...fault }], stopped: false },
    },
  };
  const contacts: ContactsModel[] = [
    {
      part: 'all',
      relays: [
        {
          node: 'c1',
          ...{ name: 'Contacts', relay: 'relay:25', otherwise: ['webhook'], minutes: 15, reminders: 3 },
          people: [
            {
              ...{ name: 'Chan', email: 'a@broker.example', groups: ['ops'], reminder: 2 },
              mails: [{ tells: 'digest', name: 'Digest' }],
            },
            { name: '', email: 'b@broker.example', groups: [], reminder: null, mails: [] },
          ],
        },
        { node: 'c2', name: '', relay: '', otherwise: [], minutes: 0, reminders: 0, people: [] },
      ],
      ...{ waiting: 1, failed: 1, mails: [mail] },
    },
    {
      part: 'people',
      relays: [
        {
          ...{ node: 'c1', name: 'Contacts', relay: 'relay:25', otherwise: [], minutes: 0, reminders: 0 },
          people: [{ name: 'Chan', email: 'a@broker.example', groups: ['ops'], reminder: null, mails: [] }],
        },
      ],
      after: '',
    },
    { part: 'mails', show: 'failed', address: 'a@broker.example', mails: [mail], next: '3' },
    {
      ...{ part: 'one', mail: { ...mail, text: 'The text of the mail' } },
      otherwise: [{ channel: 'webhook', toldAt: NOW, response: message }],
    },
  ];
  const system: SystemModel = {
    ...{ part: 'all', after: '' },
    acts: [
      { at: NOW, who: 'Lee', what: 'login unlocked', why: 'rang HKEX', details: { account: 'HKSCC' } },
      { at: NOW, who: 'Lee', what: message, why: 'rang HKEX', details: { path: '/INBOX/x', alarm: 3 } },
    ],
    ...{ moreActs: 12, release: '1.2.3' },
    hosts: (['works', 'silent', 'clock'] as const).map((state, at) => ({
      ...{ host: `ops-${at}`, owner: `ops-${at}:77`, here: at === 0, state, until: NOW, ahead: 4 },
      ...{ accounts: ['HKSCC'], site: ['alarms', 'desk'] },
    })),
    accounts: [
      {
        ...{ account: 'HKSCC', deployed: true, atWork: 'run-1', dataCentre: 'secondary' },
        decision: { by: 'Chan', second: 'Lee', reason: 'HKEX said so', at: NOW, until: NOW },
        addresses: ['10.0.0.1:22'],
        lock: { reason: message, address: '10.0.0.1:22', at: NOW },
        hold: { until: NOW + HOUR, reason: message },
        logins: [{ at: NOW, dataCentre: 'primary', address: '10.0.0.1:22' }],
        ...{ today: 4, key: { fingerprint: 'SHA256:abc', since: NOW - HOUR } },
      },
      {
        ...{ account: 'HKCC', deployed: false, atWork: '', dataCentre: null, decision: null, addresses: [] },
        ...{ lock: null, hold: null, logins: [], today: 0, key: null },
      },
    ],
    shares: [
      {
        ...{ root: '/mnt/ops', at: NOW, state: 'fault', fault: message, free: null, size: null },
        abilities: 'fsync',
      },
      { root: '/mnt/full', at: NOW, state: 'answers', fault: '', free: 1e6, size: 9e9, abilities: '' },
    ],
    starters: [
      {
        ...{ node: 'n1', type: 'rap-schedule', name: 'Evening', flow: 'Daily', atWork: [], next: NOW },
        ...{ last: { due: NOW - HOUR, begunAt: NOW, run: 'run-1' }, overdue: NOW, late: true },
      },
      {
        ...{ node: 'n2', type: 'inject', name: 'By hand', flow: 'Daily', atWork: ['HKSCC'], next: null },
        ...{ last: null, overdue: null, late: false },
      },
    ],
    lease: { owner: 'ops-1:77:1@2', here: false, until: NOW },
    ledger: { bytes: 5, records: 6, sealedAt: NOW, checked: { at: NOW, changed: 2 } },
    keys: {
      lines: [
        {
          account: 'HKSCC',
          term: {
            ...{ account: 'HKSCC', fingerprint: 'SHA256:abc', since: NOW, firstUsedAt: NOW },
            ...{ until: TODAY, daysLeft: 0 },
          },
          place: 'file',
          renewal: {
            ...{ state: 'made', file: '/keys/x', next: '/keys/x.next', fingerprint: 'SHA256:new' },
            publicKey: 'ssh-ed25519 AAAA ops',
          },
          fault: null,
        },
        { account: 'HKCC', term: null, place: 'file', renewal: null, fault },
      ],
      frozen: { title: 'Practice session', to: TODAY },
    },
    faults: [{ node: 'Evening', type: 'rap-schedule', code, message, cure }],
    leftovers: [{ node: 'n1', name: 'Contacts', leftovers: [{ kind: 'share', value: 'shares/x', rule: 1 }] }],
    jump: { at: NOW, ms: 5000 },
  };
  const practice: PracticeModel = {
    sessions: [
      { date: plan.date, title: plan.title },
      { date: '2025-06-14', title: 'An earlier one' },
    ],
    session: {
      ...{ plan, hours: { start: '09:00', end: '13:00' }, held: true },
      decision: {
        ...{ date: plan.date, at: NOW, verdict: 'hold', effectiveAt: NOW, trigger: null, reasons: [message] },
        ...{ quality: 'unsure', needsPerson: true, moot: false },
      },
      evidence: {
        spells: [{ kind: 'no-8', code: 'TC8NE', issued: NOW - HOUR }],
        watched: [{ from: NOW - HOUR, to: NOW }],
        words: [
          {
            ...{ about: 'session', says: 'held', from: 'operator' },
            at: NOW,
            by: 'Chan',
            how: 'by telephone',
          },
        ],
        troubles: [],
        notices: [],
        possibleExtreme: [],
      },
      parts: plan.parts.map(({ name, dataCentre, start, end }) => ({
        ...{ name, dataCentre, start: planMoment(plan, start), end: planMoment(plan, end), state: 'stopped' },
        accounts: [
          {
            ...{ account: 'HKSCC', outcome: 'incomplete', reports: 3, failed: 2, address: '10.0.0.1:22' },
            trouble: fault,
          },
        ],
      })),
      away: ['HKSCC'],
      timeline: [
        {
          ...{ at: NOW, done: true },
          event: {
            ...{ date: plan.date, key: 'v', at: NOW, what: 'verdict', title: 'A verdict' },
            details: { verdict: 'hold' },
          },
        },
        {
          ...{ at: NOW + HOUR, done: false },
          event: {
            ...{ date: plan.date, key: 'm', at: NOW, what: 'milestone', title: 'A milestone' },
            details: { milestone: 'm', outcome: 'due' },
          },
        },
      ],
      earlier: 4,
      drill: [
        {
          ...{ name: 'Chan', email: 'a@broker.example', how: 'telephone', enteredBy: 'Lee' },
          ...{ sentAt: NOW, answeredAt: NOW },
        },
        { name: '', email: 'b@broker.example', how: '', enteredBy: '', sentAt: NOW, answeredAt: null },
      ],
      weather: [{ node: 'w1', name: 'Weather', date: plan.date, ofPlan: true }],
    },
    requests: {
      open: [
        {
          ...{ id: 1, node: 's1', accounts: ['HKSCC'], dataCentre: 'secondary', reason: 'HKEX said so' },
          ...{
            by: 'Chan',
            asker: { name: 'Chan', login: '' },
            until: NOW,
            expiresAt: NOW,
            requestedAt: NOW,
            state: 'open',
          },
          ...{ settledBy: '', settledAt: null },
        },
      ],
      settled: [
        {
          ...{ id: 2, node: 's1', accounts: ['HKSCC'], dataCentre: 'primary', reason: 'over', by: 'Chan' },
          asker: { name: 'Chan', login: '' },
          ...{ expiresAt: NOW, requestedAt: NOW, state: 'refused', settledBy: 'Lee', settledAt: NOW },
        },
      ],
    },
    choices: [],
  };
  return [
    named('today', todayPage, today),
    ...alarms.map((model) =>
      named(
        `alarms: ${model.part === 'one' && model.alarm === over ? 'over' : model.part}`,
        alarmsPage,
        model,
      ),
    ),
    named('quarantine', quarantinePage, quarantine),
    named('history', historyPage, history),
    named('report', reportPage, report),
    named('story', strangePage, strange),
    named('awaited', awaitedPage, story),
    named('deliver', deliverPage, delivered),
    named('deliver: fault', deliverPage, { ...delivered, fault }),
    ...contacts.map((model) => named(`contacts: ${model.part}`, contactsPage, model)),
    named('system', systemPage, system),
    // Of one line: lists are sorted by texts of others.
    ...systemLists.map((part) =>
      named(`system: ${part}`, systemPage, {
        ...{ ...system, part, accounts: system.accounts.slice(0, 1), shares: system.shares.slice(0, 1) },
        keys: { ...system.keys, lines: system.keys.lines.slice(-1) },
        starters: system.starters.slice(0, 1),
      }),
    ),
    named('system: logins', systemPage, { ...system, part: 'logins' }),
    named('system: acts', systemPage, { ...system, part: 'acts' }),
    named('practice', practicePage, practice),
  ];
}
