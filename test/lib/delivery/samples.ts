import type { ReceivedReport } from '../../../lib/model/types.ts';

/** Saturday 21 November 2026, 00:30 in Hong Kong (still Friday in London). */
const RECEIVED = Date.UTC(2026, 10, 20, 16, 30);

export function aReport(changes: Partial<ReceivedReport> = {}): ReceivedReport {
  return {
    path: '/INBOX/20261120/CCLTN05_B01234_20261120.txt',
    name: 'CCLTN05_B01234_20261120.txt',
    folder: '/INBOX/20261120',
    size: 10,
    modifiedAt: RECEIVED - 60_000,
    system: 'CCASS',
    code: 'CCLTN05',
    businessDate: '2026-11-20',
    sequence: '',
    state: 'new',
    file: '/home/rap/landing/CCLTN05_B01234_20261120.txt',
    sha256: 'a'.repeat(64),
    bytes: 10,
    receivedAt: RECEIVED,
    versionId: 1,
    ...changes,
  };
}
