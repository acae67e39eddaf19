/** `rap catalogue`: shows what is known of reports, proves a site's own file, and proposes what real files teach. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { RapError, systemCode } from '../../lib/errors/rap-error.ts';
import { readText } from '../../lib/files/text-file.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { hasLedger } from '../../lib/ledger/place.ts';
import type { Installation } from '../../lib/model/types.ts';
import { withLearned, withWatch } from '../../lib/reports/catalogue/accept.ts';
import { doubtsOf } from '../../lib/reports/catalogue/check.ts';
import { type Arrival, type Learned, learn, weekdayNames } from '../../lib/reports/catalogue/learn.ts';
import { catalogueOf } from '../../lib/reports/catalogue.ts';
import { readCatalogueFile, siteCalendars, writeSiteFile } from '../../lib/reports/site-files.ts';
import { realClock } from '../../lib/time/clock.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { parseArguments, required } from '../connection-options.ts';
import {
  decisionOptions,
  homeFromOptions,
  homeHelp,
  personFromOptions,
  withLedger,
} from '../home-options.ts';

export const help = `Usage: rap catalogue show [--code CODE] [--installation hkscc|hkcc-seoch] [--json]
       rap catalogue check [FILE] [--json]
       rap catalogue learn [FOLDER --installation NAME] [--account ACCOUNT] [--participant ID ...] [--nh]
                           [--code CODE] [--accept --reason TEXT [--by NAME]] [--json]
       rap catalogue watch CODE... [--not] [--installation NAME] --reason TEXT [--by NAME]

show     the reports, shipped and the site's own, with times, source and how sure each is
check    proves RAP_HOME/catalogue.yaml, or FILE in its place: what cannot be read (exit status 2), and what is doubtful:
         names that two rows take, times out of order, calendars that nobody knows (exit status 5)
learn    reads the history of the ledger, or a folder of real files by their times, and proposes codes, file names, usual
         times and cut-offs; nothing counts before it is accepted. With --accept it is put into RAP_HOME/catalogue.yaml.
         --participant is an ID that stands in file names; --nh: the firm does not take part in holiday trading.
watch    accepts reports as the catalogue has them: from now on they are awaited, and late or missing when they do not
         come. With --not they never come to this firm. At a live site nothing that is inferred or invented makes an alarm
         before.

Exit status of learn: 0 nothing to propose or it was accepted, 6 a person has to look and accept.

${homeHelp}
  --json        one JSON object per line`;

const options = {
  code: { type: 'string' },
  installation: { type: 'string' },
  account: { type: 'string' },
  participant: { type: 'string', multiple: true },
  nh: { type: 'boolean' },
  accept: { type: 'boolean' },
  not: { type: 'boolean' },
  ...decisionOptions,
} as const;

type Options = ReturnType<typeof parseArguments<typeof options>>['values'];

/**
 * @param argv the words after "rap catalogue"
 * @throws RapError USAGE, CONFIG_INVALID
 */
export default async function catalogueCommand(argv: string[], clock = realClock): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const [action = '', place, ...more] = positionals;
  const home = homeFromOptions(values);
  if (action === 'show') return show(home, values);
  if (action === 'check') return check(home, place, values);
  if (action === 'learn') return learnFrom(home, place, values, clock.now());
  if (action === 'watch') return watch(home, [required(place, 'CODE'), ...more], values, clock.now());
  throw new RapError('USAGE', 'rap catalogue takes show, check, learn or watch');
}

function installationOf(text: string | undefined): Installation | undefined {
  if (text === undefined || text === 'hkscc' || text === 'hkcc-seoch') return text;
  throw new RapError('USAGE', `--installation "${text}" is neither hkscc nor hkcc-seoch`);
}

function print(row: object): void {
  process.stdout.write(`${JSON.stringify(row)}\n`);
}

async function show(home: string, { code, installation, json }: Options): Promise<number> {
  const only = installationOf(installation);
  const { rows } = catalogueOf(await readCatalogueFile(home));
  const wanted = rows.filter(
    (row) =>
      (code === undefined || row.code === code.toUpperCase()) &&
      (only === undefined || row.installation === only),
  );
  if (wanted.length === 0)
    throw new RapError('USAGE', 'No report of the catalogue is meant', { cure: 'See "rap catalogue show".' });
  for (const { pattern: _, example: __, ...row } of wanted) {
    if (json) print(row);
    else {
      process.stdout.write(
        `${row.code} ${row.system} ${row.installation} [${row.certainty}, ${row.origin}]: ${row.name}\n`,
      );
      process.stdout.write(
        `  ${row.file} [${row.fileCertainty}] in ${row.folder}, calendar ${row.calendar}\n`,
      );
      for (const { set, frequency, times, timeCertainty, validFrom } of row.sets) {
        const when =
          times === undefined
            ? ''
            : `, about ${times.about}, late after ${times.lateAfter}, missing after ${times.cutOff} [${timeCertainty}]`;
        const since = validFrom === undefined ? '' : ` from ${validFrom} on`;
        process.stdout.write(`  ${set === '' ? '' : `set ${set}: `}${frequency}${when}${since}\n`);
      }
      process.stdout.write(`  inside: ${row.layout === '' ? 'nothing is known' : `layout ${row.layout}`}\n`);
      process.stdout.write(`  source: ${row.source}\n`);
    }
  }
  return 0;
}

async function check(home: string, file: string | undefined, { json }: Options): Promise<number> {
  const site =
    file === undefined
      ? await readCatalogueFile(home)
      : { text: await readText(file, { what: 'The catalogue' }), subject: `The catalogue ${file}` };
  const doubts = doubtsOf(catalogueOf(site), (await siteCalendars(home)).names);
  for (const doubt of doubts) {
    if (json) print(doubt);
    else
      process.stdout.write(
        `${doubt.code}${doubt.set === '' ? '' : ` set ${doubt.set}`}: ${doubt.problem}. ${doubt.cure}\n`,
      );
  }
  if (doubts.length === 0 && !json) process.stdout.write('The catalogue is good.\n');
  return doubts.length === 0 ? 0 : 5;
}

async function learnFrom(
  home: string,
  folder: string | undefined,
  words: Options,
  now: number,
): Promise<number> {
  const { account, nh, participant: participants = [] } = words;
  const arrivals =
    folder === undefined
      ? await ofLedger(home, account)
      : await ofFolder(folder, installationOf(required(words.installation, '--installation')) ?? 'hkscc');
  const site = await readCatalogueFile(home);
  const firm = nh === true ? 'derivatives-nh' : 'derivatives-h';
  const all = learn(arrivals, catalogueOf(site), await siteCalendars(home), { participants, firm });
  const meant = (code: string) => words.code === undefined || code === words.code.toUpperCase();
  const learned = {
    times: all.times.filter(({ row }) => meant(row.code)),
    names: all.names.filter(({ code }) => meant(code)),
    unrecognised: all.unrecognised,
  };
  propose(learned, words.json === true);
  if (learned.times.length + learned.names.length === 0) return 0;
  if (words.accept !== true) {
    if (!words.json)
      process.stdout.write('Nothing was taken yet: look at it, then add --accept --reason TEXT.\n');
    return 6;
  }
  const reason = required(words.reason?.trim(), '--reason');
  const by = personFromOptions(words);
  const text = withLearned(site.text, site.subject, learned, {
    by,
    at: hongKongStamp(now).slice(0, 16),
    reason,
  });
  // What is written must be a catalogue; a file that is not is never put in the place of one that is.
  catalogueOf({ ...site, text });
  await writeSiteFile(site, text);
  if (await hasLedger(home)) {
    const details = { times: learned.times.length, names: learned.names.length };
    await withLedger(home, (ledger: Pick<Ledger, 'journal'>) =>
      ledger.journal.append({ who: by, what: 'catalogue learned', why: reason, details }),
    );
  }
  return 0;
}

/** A person says of reports that they are awaited, or never come. @throws RapError USAGE when a code is not known */
async function watch(home: string, codes: readonly string[], words: Options, now: number): Promise<number> {
  const only = installationOf(words.installation);
  const reason = required(words.reason?.trim(), '--reason');
  const by = personFromOptions(words);
  const site = await readCatalogueFile(home);
  const { rows } = catalogueOf(site);
  const awaited = words.not !== true;
  let { text } = site;
  for (const code of codes.map((one) => one.toUpperCase())) {
    const meant = rows.filter(
      (row) => row.code === code && (only === undefined || row.installation === only),
    );
    if (meant.length === 0)
      throw new RapError('USAGE', `There is no report ${code}`, { cure: 'See "rap catalogue show".' });
    if (awaited && meant.every(({ sets }) => sets.every(({ frequency }) => frequency === 'optional'))) {
      throw new RapError(
        'USAGE',
        `The catalogue does not know when ${code} comes, so nobody can wait for it`,
        {
          cure: `Learn its times with "rap catalogue learn", or give the row of ${code} in catalogue.yaml a frequency.`,
        },
      );
    }
    for (const row of meant) {
      text = withWatch(text, site.subject, row, awaited, { by, at: hongKongStamp(now).slice(0, 16), reason });
    }
  }
  catalogueOf({ ...site, text });
  await writeSiteFile(site, text);
  if (await hasLedger(home)) {
    const what = awaited ? 'reports awaited' : 'reports not awaited';
    await withLedger(home, (ledger: Pick<Ledger, 'journal'>) =>
      ledger.journal.append({ who: by, what, why: reason, details: { codes: codes.join(' ') } }),
    );
  }
  const line = { [awaited ? 'awaited' : 'never']: codes, by };
  process.stdout.write(words.json ? `${JSON.stringify(line)}\n` : `${codes.join(', ')}: entered by ${by}.\n`);
  return 0;
}

/** The server says when a file was changed last; that is taken where it is shortly before it was fetched. */
const PLAUSIBLE_MS = 24 * 3_600_000;

async function ofLedger(home: string, account: string | undefined): Promise<Arrival[]> {
  const rows = await withLedger(home, (ledger: Pick<Ledger, 'reports'>) => ledger.reports.arrivals(account));
  return rows.map(({ installation, path: at, modifiedAt, receivedAt }) => {
    const plausible = modifiedAt <= receivedAt && receivedAt - modifiedAt <= PLAUSIBLE_MS;
    return { installation, path: at, at: Math.floor((plausible ? modifiedAt : receivedAt) / 1000) };
  });
}

async function ofFolder(folder: string, installation: Installation): Promise<Arrival[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause) => {
    throw new RapError('CONFIG_INVALID', `The folder ${folder} cannot be read (${systemCode(cause)})`, {
      cause,
      cure: 'Give a folder that is there and that this user may read.',
    });
  });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(
    files.sort().map(async (file) => ({
      installation,
      path: `/${path.relative(folder, file).replaceAll(path.sep, '/')}`,
      at: Math.floor((await stat(file)).mtimeMs / 1000),
    })),
  );
}

function propose({ times, names, unrecognised }: Learned, json: boolean): void {
  for (const { row, set, arrivals, came, of, times: usual, halfDay, days } of times) {
    if (json) {
      print({
        learned: 'times',
        code: row.code,
        set,
        installation: row.installation,
        arrivals,
        came,
        of,
        ...usual,
        halfDay,
        days,
      });
      continue;
    }
    process.stdout.write(
      `${row.code}${set === '' ? '' : ` set ${set}`}: came on ${came} of ${of} business days\n`,
    );
    process.stdout.write(
      `  about ${usual.about}, late after ${usual.lateAfter}, missing after ${usual.cutOff}\n`,
    );
    for (const { day, count, first, last } of days)
      process.stdout.write(`  ${weekdayNames[day]}: ${first} to ${last} (${count})\n`);
  }
  for (const one of names) {
    if (json) print({ learned: 'name', ...one });
    else
      process.stdout.write(
        `${one.code} is new: ${one.file} in ${one.folder} (${one.files} files such as ${one.example})\n`,
      );
  }
  if (json) for (const one of unrecognised) print({ unrecognised: one });
  else process.stdout.write(notRecognised(unrecognised));
}

/** A line for each kind of name: those of one kind differ in digits alone. */
function notRecognised(paths: readonly string[]): string {
  const kinds = Map.groupBy(paths, (one) => one.replace(/\d+/g, '#'));
  const lines = [...kinds.values()].map((same) =>
    same.length === 1
      ? `not recognised: ${same[0]}\n`
      : `not recognised: ${same.length} files such as ${same[0]}\n`,
  );
  const cure =
    'A name of another form is put as "file" into the row of its report in RAP_HOME/catalogue.yaml; then its times can be learned.\n';
  return lines.length === 0 ? '' : `${lines.join('')}${cure}`;
}
