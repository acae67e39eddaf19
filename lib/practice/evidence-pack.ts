/** Writes the evidence pack: one folder that proves the session, each file named with its hash in a manifest. */

import { createHash } from 'node:crypto';
import path from 'node:path';
import { diskError } from '../errors/rap-error.ts';
import { fsyncFolder, makeFolder } from '../files/durable.ts';
import { replaceFile } from '../files/replace.ts';
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../time/clock.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import { type EvidenceFacts, gatherFacts } from './evidence-facts.ts';
import { evidencePage } from './evidence-page.ts';
import { weatherPicture } from './evidence-picture.ts';
import { evidenceFolder } from './paths.ts';
import type { PracticePlan } from './plan.ts';
import { weatherRecords } from './weather-store.ts';

export interface EvidencePack {
  folder: string;
  /** The page to open. */
  summary: string;
  files: string[];
}

/**
 * Writes the pack into RAP_HOME/practice/<date>/evidence. Written again it takes the place of the one before.
 * @throws RapError NOT_WRITABLE, DISK_FULL, DISK_ERROR
 */
export async function writeEvidencePack({
  ledger,
  clock,
  plan,
  home,
  rehearsal = false,
  language = 'en',
}: {
  ledger: Pick<Ledger, 'accounts' | 'journal' | 'mails' | 'practice'>;
  clock: Clock;
  plan: PracticePlan;
  home: string;
  /** It is no real day. */
  rehearsal?: boolean;
  /** Of the page and its picture; the other files are for programs and have none. */
  language?: Language;
}): Promise<EvidencePack> {
  const folder = evidenceFolder(home, plan.date);
  const facts = await gatherFacts(ledger, plan, home, clock.now(), { rehearsal, language });
  const picture = weatherPicture(facts);
  const contents: [string, string][] = [
    ['summary.html', evidencePage(facts, picture)],
    ['summary.json', json(summaryOf(facts))],
    ['plan.json', json(plan)],
    ['weather.svg', `${picture}\n`],
    ['weather.json', json(await weatherRecords(ledger, plan.date))],
    ['journal.json', json({ head: facts.journalHead, records: facts.journal })],
    ['mails.json', json(facts.mails)],
  ];
  try {
    await makeFolder(folder);
    for (const [name, content] of contents) await replaceFile(path.join(folder, name), content);
    // Last: a folder without it was not finished.
    const manifest = {
      written: `${hongKongStamp(clock.now())} Hong Kong time`,
      algorithm: 'SHA-256',
      files: contents.map(([name, content]) => ({
        name,
        bytes: Buffer.byteLength(content),
        sha256: createHash('sha256').update(content).digest('hex'),
      })),
      reports: facts.results.flatMap(({ account, part, reports }) =>
        reports.map(({ path: remote, size, sha256, file }) => ({
          account,
          part,
          remote,
          size,
          sha256,
          file,
        })),
      ),
    };
    await replaceFile(path.join(folder, 'manifest.json'), json(manifest));
    await fsyncFolder(folder);
  } catch (thrown) {
    throw diskError(thrown, folder);
  }
  const files = [...contents.map(([name]) => name), 'manifest.json'];
  return { folder, summary: path.join(folder, 'summary.html'), files };
}

/** The facts without what other files of the pack hold. */
function summaryOf({ journal, mails, evidence, ...facts }: EvidenceFacts) {
  return {
    ...facts,
    remark: facts.rehearsal ? t('en', 'practice.page.rehearsal') : '',
    words: evidence.words,
    spells: evidence.spells,
    mails: mails.map(({ eventKey, subject, createdAt, state, to }) => ({
      eventKey,
      subject,
      createdAt,
      state,
      to: to.map(({ address, state: answer }) => ({ address, state: answer })),
    })),
    journalRecords: journal.length,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
