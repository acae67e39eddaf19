/** Typical reports for the dialog's preview. File names are invented; the report codes are HKEX's. */

import type { ReceivedReport } from '../../lib/model/types.ts';
import type { Catalogue } from '../../lib/reports/catalogue.ts';

/** More would make a dialog long. */
const MOST_OWN = 10;

function example(catalogue: Catalogue, folder: string, name: string): ReceivedReport {
  const path = `${folder}/${name}`;
  return {
    path,
    name,
    folder,
    size: 0,
    modifiedAt: 0,
    ...catalogue.recognise(path, name),
    state: 'new',
    file: '',
    sha256: '',
    bytes: 0,
    receivedAt: Date.UTC(2025, 5, 20, 13, 30),
    versionId: 0,
  };
}

const names: readonly [folder: string, name: string][] = [
  ['/INBOX/20250620', 'CCLTN05_SIM001_20250620.txt'],
  ['/INBOX/20250620', 'CCMDS01_SIM001_20250620.txt'],
  ['/INBOX/20250620', 'RMAMR03_SIM001_20250620_4_DAT.zip'],
  ['/COMMON/20250620', 'RP009_250620.zip'],
  ['/INBOX/20250620', 'NOTICE_20250620.txt'],
];

/** As the catalogue of the site takes them, and one of each report that the site has added itself. */
export function examplesOf(catalogue: Catalogue): ReceivedReport[] {
  const own = catalogue.rows
    .filter(({ origin }) => origin === 'site')
    .map((row): [string, string] => [row.folder, row.example(row.sets[0]?.set ?? '', row.halves[0] ?? '')])
    .slice(0, MOST_OWN);
  return [...names, ...own].map(([folder, name]) => example(catalogue, folder, name));
}
