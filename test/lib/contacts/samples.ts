import { type ContactsConfig, parseContacts } from '../../../lib/contacts/config.ts';
import type { AccountFacts, DeliveredReport, RunFacts } from '../../../lib/ledger/ledger.ts';
import { aReport } from '../delivery/samples.ts';
import { START } from '../ledger/samples.ts';

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
    complete: true,
    counts: { new: 0, changed: 0, known: 3, writing: 0, refused: 0 },
    known: 3,
    received: [],
    delivered: [],
    failures: [],
    refused: [],
    ...changes,
  };
}

export function facts(...accounts: AccountFacts[]): RunFacts {
  return { run: 'run-1', trigger: 'schedule', startedAt: START, accounts };
}
