/** What people decide about single reports: deliver again, leave a file that is gone, release and discard. */

import { z } from 'zod';
import { deliverAgain } from '../../../lib/collection/deliver-again.ts';
import { lookAtThese } from '../../../lib/collection/placed-look.ts';
import { discardReport, releaseName, releaseReport } from '../../../lib/collection/release.ts';
import { parseRules, type RouteRule } from '../../../lib/delivery/rules.ts';
import { toldFault } from '../../../lib/desk/fault.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { t } from '../../../lib/i18n/translate.ts';
import type { JudgedName, Ledger, QuarantinedReport } from '../../../lib/ledger/ledger.ts';
import { landingOf } from '../../../lib/practice/paths.ts';
import { answerWithinOf } from '../../runtime/runtime.ts';
import { type ActContext, type ActName, act } from './act.ts';

const permission = 'rap-ops.write';
const number = z.coerce.number().int().positive();
const hidden = (name: string) => ({ name, kind: 'hidden' as const });
const text = z.string().trim().min(1).max(1000);

/** @throws RapError with the first fault, when it lies nowhere */
async function again(
  { RED, ledger, clock, home, by, language }: ActContext,
  report: number,
  reason: string,
  to?: RouteRule,
): Promise<{ said: string }> {
  const listed = await ledger.reportSearch.listedReport(report);
  if (listed === undefined) throw new RapError('USAGE', `There is no report ${report}`);
  const answerWithin = answerWithinOf(RED);
  // The mark of this process: nobody else delivers under it.
  const options = { ledger, home, owner: ledger.name, clock, ...(to === undefined ? {} : { to }) };
  const done = await deliverAgain(
    listed,
    answerWithin === undefined ? options : { ...options, answerWithin },
    { by, reason },
  );
  const lines = done.map(({ outcome, file, share, error }) =>
    error === undefined
      ? t(language, `acts.report.said.${outcome}`, { file })
      : t(language, 'acts.report.said.failed', { share, why: toldFault({ language }, error).what }),
  );
  const failed = done.find(({ error }) => error !== undefined)?.error;
  if (failed === undefined) return { said: lines.join(' ') };
  throw new RapError(failed.code, lines.join(' '), { cure: failed.cure });
}

const deliver = act({
  name: 'deliver-again',
  permission,
  fields: [hidden('report'), hidden('name')],
  reason: 'required',
  schema: z.object({ report: number }),
  done: (context, { report, why }) => again(context, report, why),
});

const deliverTo = act({
  name: 'deliver-to',
  permission,
  fields: [hidden('report'), hidden('name'), { name: 'to', kind: 'text', required: true }],
  reason: 'required',
  schema: z.object({ report: number, to: text }),
  done(context, { report, to, why }) {
    const [rule] = parseRules([{ share: to }], { home: context.home }, context.language);
    return again(context, report, why, rule);
  },
});

/** Reads each file of a report on its shares, whole: what `rap share look --content` does for days. */
const look = act({
  name: 'look-files',
  permission,
  fields: [hidden('report'), hidden('name')],
  reason: 'none',
  schema: z.object({ report: number }),
  async done({ RED, ledger, clock, home, language }, { report }) {
    const files = (await ledger.placedFiles.placedOf(report)).filter((file) => file.closed === undefined);
    if (files.length === 0) throw new RapError('USAGE', 'It lies on no share that is looked after');
    const answerWithin = answerWithinOf(RED);
    const options = { ledger, home, now: clock.now(), content: true };
    const found = await lookAtThese(
      files,
      answerWithin === undefined ? options : { ...options, answerWithin },
    );
    const { there, gone, changed, unknown } = found;
    return { said: t(language, 'acts.report.said.looked', { there, gone, changed, unknown }) };
  },
});

const leave = act({
  name: 'leave-file',
  permission,
  fields: [hidden('report'), hidden('share'), hidden('name')],
  reason: 'required',
  schema: z.object({ report: number, share: text }),
  async done({ ledger, by, language }, { report, share, why }) {
    if (await ledger.placedFiles.closePlaced({ versionId: report, share }, { by, reason: why }))
      return { said: t(language, 'acts.report.said.left', { share }) };
    throw new RapError('USAGE', 'It was closed before, or nobody has looked at it');
  },
});

async function held(ledger: Pick<Ledger, 'quarantine'>, id: number): Promise<QuarantinedReport> {
  const found = await ledger.quarantine.quarantinedReport(id);
  if (found !== undefined) return found;
  throw new RapError('USAGE', `There is no report-${id} in quarantine`);
}

async function named(ledger: Pick<Ledger, 'quarantine'>, id: number): Promise<JudgedName> {
  const found = await ledger.quarantine.judgedName(id);
  if (found === undefined) throw new RapError('USAGE', `There is no name-${id} in quarantine`);
  if (found.decision === '') return found;
  throw new RapError('USAGE', `${found.shown} was ${found.decision} already`, {
    cure: 'Nothing is left to decide.',
  });
}

/** An act about one thing in quarantine. */
const decision = (
  name: ActName,
  decide: (context: ActContext, id: number, reason: string) => Promise<string>,
) =>
  act({
    name,
    permission,
    fields: [hidden('id'), hidden('path')],
    reason: 'required',
    schema: z.object({ id: number }),
    done: async (context, { id, why }) => ({ said: await decide(context, id, why) }),
  });

const releaseHeld = decision('release-report', async (context, id, reason) => {
  const { ledger, home, by, language } = context;
  const one = await held(ledger, id);
  const landing = landingOf(home, one.account, await ledger.accounts.practiceAccounts());
  await releaseReport(ledger, one, landing, { by, reason });
  return t(language, 'acts.report.said.released', { path: one.path });
});

const discardHeld = decision('discard-report', async ({ ledger, by, language }, id, reason) => {
  const one = await held(ledger, id);
  await discardReport(ledger, one, { by, reason });
  return t(language, 'acts.report.said.discarded', { path: one.path });
});

const discardName = decision('discard-name', async ({ ledger, by, language }, id, reason) => {
  const one = await named(ledger, id);
  await ledger.quarantine.discardName(id, { by, reason }, one.decision);
  return t(language, 'acts.report.said.discarded', { path: one.shown });
});

const releaseOne = act({
  name: 'release-name',
  permission,
  fields: [hidden('id'), hidden('path'), { name: 'as', kind: 'text', required: true, most: 255 }],
  reason: 'required',
  schema: z.object({ id: number, as: z.string().trim().min(1).max(255) }),
  async done({ ledger, by, language }, { id, as, why }) {
    const one = await named(ledger, id);
    await releaseName(ledger, one, as, { by, reason: why });
    return { said: t(language, 'acts.report.said.renamed', { path: one.shown, as }) };
  },
});

export const reportActs = [
  deliver,
  deliverTo,
  look,
  leave,
  releaseHeld,
  discardHeld,
  releaseOne,
  discardName,
];
