/** Typical reports for the dialog's preview. File names are invented; the report codes are HKEX's. */
import { recognise } from '../../lib/reports/catalogue.ts';
import type { ReceivedReport } from '../../lib/words/types.ts';

function example(folder: string, name: string): ReceivedReport {
  const path = `${folder}/${name}`;
  return {
    path,
    name,
    folder,
    size: 0,
    modifiedAt: 0,
    ...recognise(path, name),
    state: 'new',
    file: '',
    sha256: '',
    bytes: 0,
    receivedAt: Date.UTC(2025, 5, 20, 13, 30),
    versionId: 0,
  };
}

export const examples: readonly ReceivedReport[] = [
  example('/INBOX/20250620', 'CCLTN05_SIM001_20250620.txt'),
  example('/INBOX/20250620', 'CCMDS01_SIM001_20250620.txt'),
  example('/INBOX/20250620', 'RMAMR03_SIM001_20250620_4_DAT.zip'),
  example('/COMMON/20250620', 'RP009_250620.zip'),
  example('/INBOX/20250620', 'NOTICE_20250620.txt'),
];
