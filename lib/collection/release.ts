/**
 * What a person may decide about something in quarantine. A released report is a received one: the next run files
 * it and tells of it. A released name is fetched by the next run and kept under the name the person gave it.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { ErrorCode } from '../errors/codes.ts';
import { diskError, RapError, systemCode } from '../errors/rap-error.ts';
import { sha256File } from '../files/durable.ts';
import { isInUse, whileInUse } from '../files/rename.ts';
import { refuseName } from '../files/safe-name.ts';
import type { JudgedName, Ledger, QuarantinedReport } from '../ledger/ledger.ts';
import { copyAside } from './quarantine.ts';

/** Who decides, and why. */
interface Act {
  by: string;
  reason: string;
}

/**
 * Puts a held report into the landing folder as if it had just been received.
 * @param landing the landing folder of its account
 * @throws RapError USAGE when it was decided about before, DISK_ERROR when it is not what was held
 */
export async function releaseReport(
  ledger: Pick<Ledger, 'quarantine'>,
  held: QuarantinedReport,
  landing: string,
  act: Act,
): Promise<{ versionId: number; file: string }> {
  refuseDecided(held);
  // Looked at before: a copy of something else might be taken for a report that lies in the landing folder already.
  if ((await contentOf(held.file)) !== held.sha256) {
    throw new RapError('DISK_ERROR', `${held.file} is not what was put into quarantine`, {
      cure: 'Somebody changed or removed the file. Discard it; the next run that finds the report changed fetches it anew.',
    });
  }
  const target = path.join(landing, held.account, ...held.path.split('/'));
  const copy = await copyAside(held.file, target);
  const { versionId } = await ledger.quarantine.releaseQuarantined(held.id, copy.file, act);
  // It is decided, and its content lies in the landing folder: whoever has this copy open on Windows may keep it.
  await whileInUse(() => rm(held.file, { force: true })).catch((thrown) => {
    if (!isInUse(thrown)) throw thrown;
  });
  return { versionId, file: copy.file };
}

/** @returns its hash, or '' where there is no such file */
async function contentOf(file: string): Promise<string> {
  try {
    return await sha256File(file);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return '';
    throw diskError(thrown, file);
  }
}

/**
 * Decides that a held report is never used. Its file stays where it is; "rap clean" takes it.
 * @throws RapError USAGE when it was decided about before
 */
export async function discardReport(
  ledger: Pick<Ledger, 'quarantine'>,
  held: QuarantinedReport,
  act: Act,
): Promise<void> {
  refuseDecided(held);
  await ledger.quarantine.discardQuarantined(held.id, act);
}

/**
 * Gives an entry with an unsafe name a safe one, under which the next run fetches it.
 * @throws RapError USAGE when that cannot be, NAME_REFUSED when the new name is not safe either
 */
export async function releaseName(
  ledger: Pick<Ledger, 'quarantine' | 'reports'>,
  name: JudgedName,
  as: string,
  act: Act,
): Promise<void> {
  const bytes = Buffer.from(name.nameHex, 'hex');
  if (name.code !== 'NAME_REFUSED') {
    throw new RapError('USAGE', `${name.shown} cannot be released: it ${name.reason}`, {
      cure: CURES[name.code] ?? 'Ask HKEX about it, or discard it.',
    });
  }
  if (bytes.length === 0 || bytes.includes(0x2f) || bytes.includes(0)) {
    throw new RapError('USAGE', `${name.shown} cannot be released: it names nothing in ${name.folder}`, {
      cure: 'Ask HKEX about it, or discard it.',
    });
  }
  const reason = refuseName(as);
  if (reason !== undefined)
    throw new RapError('NAME_REFUSED', `--as "${as}" ${reason}`, { cure: 'Choose a plain name.' });
  const target = name.folder === '/' ? `/${as}` : `${name.folder}/${as}`;
  const taken = await ledger.reports.versionsOf(name.account, [target]);
  if (taken.size > 0) {
    throw new RapError('USAGE', `${target} is the name of another report`, { cure: 'Choose another name.' });
  }
  await ledger.quarantine.releaseName(name.id, as, act, name.decision);
}

const CURES: Readonly<Partial<Record<ErrorCode, string>>> = {
  FILE_TOO_LARGE:
    'Raise the size limit in the account if reports of this size are expected; the next run takes it.',
  LIST_LIMIT: 'Raise the limit of folders in the account if they are expected; the next run looks into them.',
  NOT_A_FILE: 'There is nothing to fetch. Ask HKEX about it, or discard it.',
};

function refuseDecided({ path: where, decision }: QuarantinedReport): void {
  if (decision === '') return;
  throw new RapError('USAGE', `${where} was ${decision} already`, { cure: 'Nothing is left to decide.' });
}
