import type {
  AccountFacts,
  DeliveredReport,
  OutstandingReport,
  QuarantinedReport,
  RunFacts,
} from '../../../lib/ledger/ledger.ts';
import { type ContactsConfig, parseContacts } from '../../../lib/mail/config.ts';
import { aReport } from '../delivery/samples.ts';
import { aVersion, START } from '../ledger/samples.ts';

export function someContacts(smtp: object = {}, changes: object = {}): ContactsConfig {
  return parseContacts({
    smtp: { host: '127.0.0.1', port: 25, requireTls: false, from: 'RAP Ops <rap@broker.example>', ...smtp },
    contacts: [
      { name: 'Ada', email: 'ada@broker.example', groups: ['ops', 'risk'] },
      { name: 'Bo', email: 'bo@broker.example', groups: ['Ops'] },
      { name: 'Cy', email: 'cy@broker.example', groups: ['managers'] },
    ],
    ...changes,
  });
}

export function delivered(changes: Partial<DeliveredReport> = {}): DeliveredReport {
  const report = aReport(changes);
  const file = `/shares/settlement/${report.name}`;
  return {
    ...report,
    amended: false,
    deliveries: [{ share: '/shares/settlement', file, sha256: report.sha256, outcome: 'published' }],
    ...changes,
  };
}

export function account(changes: Partial<AccountFacts> = {}): AccountFacts {
  return {
    account: 'HKSCC',
    installation: 'hkscc',
    address: '10.243.2.141:18801',
    dataCentre: 'primary',
    listed: true,
    listedAt: START,
    complete: true,
    counts: { new: 0, changed: 0, known: 3, writing: 0, refused: 0 },
    known: 3,
    received: [],
    delivered: [],
    failures: [],
    refused: [],
    outstanding: [],
    quarantine: [],
    leftOut: 0,
    ...changes,
  };
}

export function outstanding(changes: Partial<OutstandingReport> = {}): OutstandingReport {
  return {
    ...{
      id: 12,
      account: 'HKSCC',
      path: '/INBOX/a.txt',
      kind: 'report',
      state: 'listed',
      dataCentre: 'primary',
    },
    ...{
      size: 5,
      modifiedAt: START,
      firstSeenAt: START,
      firstRun: 'run-0',
      lastSeenAt: START,
      lastRun: 'run-0',
    },
    ...{ runs: 1, leftOut: false, goneSince: null, overdueAt: null, code: '', message: '', cure: '' },
    ...{ closedAt: null, closedBy: '', closedWhy: '' },
    ...changes,
  };
}

export function held(changes: Partial<QuarantinedReport> = {}): QuarantinedReport {
  const report = aVersion({ path: '/INBOX/held.txt', name: 'held.txt' });
  return {
    ...{
      id: 7,
      account: 'HKSCC',
      path: report.path,
      sha256: report.sha256,
      file: '/home/rap/quarantine/held.txt',
    },
    ...{ code: 'CONTENT_WRONG', reason: 'the total does not fit', run: 'run-0', size: 5, modifiedAt: START },
    ...{ bytes: 5, heldAt: START, decision: '', report },
    ...changes,
  };
}

export function facts(...accounts: AccountFacts[]): RunFacts {
  return { run: 'run-1', trigger: 'schedule', startedAt: START, accounts };
}
