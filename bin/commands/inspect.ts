/** `rap inspect FILE...`: whether local files are sound by what is known of their reports. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { RapError, systemCode } from '../../lib/errors/rap-error.ts';
import { notCheckedText } from '../../lib/model/findings.ts';
import type { Catalogue } from '../../lib/reports/catalogue.ts';
import { type Finding, type Verdict, verdictOf } from '../../lib/reports/integrity/finding.ts';
import { inspectFile } from '../../lib/reports/integrity/inspect.ts';
import { describe } from '../../lib/reports/integrity/refuse.ts';
import { siteCalendars, siteCatalogue } from '../../lib/reports/site-files.ts';
import type { CalendarBook } from '../../lib/time/calendar-book.ts';
import { parseArguments, required } from '../connection-options.ts';
import { homeHelp, homeNamed, homeOptions } from '../home-options.ts';

export const help = `Usage: rap inspect FILE... [--participant P] [--home DIR] [--json]

Looks into files and says of each: sound, damaged, foreign (for another participant than P), or not-checked, when
nothing is known of the inside of such a report. What a file should be is read from its name, by the site's catalogue
and the shipped one.

With --json a line per file: {file, verdict, code, record, field, reason}; record counts from 1, and lines in csv and
.lis files. The reason says where a file is wrong, never what stands there.

${homeHelp}

Exit status: 0 no file is damaged or foreign, 5 one is, or cannot be read.`;

const options = {
  participant: { type: 'string' },
  ...homeOptions,
} as const;

interface Line {
  file: string;
  verdict: Verdict;
  code: string;
  record: number | null;
  field: string;
  reason: string;
}

/** @returns the finding, and whether the file could be read */
async function look(
  file: string,
  participant: string,
  catalogue: Catalogue,
  calendars: CalendarBook,
): Promise<{ line: Line; read: boolean }> {
  const name = path.basename(file);
  // The name alone: the folder of a local copy says nothing.
  const { system, code, businessDate } = catalogue.recognise(name, name);
  const line: Line = { file, verdict: 'not-checked', code, record: null, field: '', reason: '' };
  try {
    if (!(await stat(file)).isFile()) return { line: { ...line, reason: 'it is not a file' }, read: false };
    const named = { name, system, code, businessDate };
    const finding = await inspectFile(named, file, participant, catalogue, calendars);
    return { line: { ...line, ...said(finding) }, read: true };
  } catch (thrown) {
    const reason = systemCode(thrown);
    if (reason === '') throw thrown;
    return { line: { ...line, reason: `it cannot be read (${reason})` }, read: false };
  }
}

/** What is only unusual leaves a file sound: the reason says it. */
function said(finding: Finding): Pick<Line, 'verdict' | 'record' | 'field' | 'reason'> {
  const { verdict, place } = verdictOf(finding);
  if (place !== undefined) {
    const { record, field, reason } = place;
    return { verdict, record, field, reason };
  }
  const { why, unread = '', warnings } = finding;
  const odd = warnings.map((warning) => `warning: ${describe(warning)}`);
  const reason = [...(why === undefined ? [] : [notCheckedText[why]]), ...odd].join('; ');
  return { verdict, record: null, field: unread, reason };
}

function sentence({ file, verdict, record, field, reason }: Line): string {
  const why = describe({ record, field, reason });
  return why === '' ? `${file}: ${verdict}` : `${file}: ${verdict} - ${why}`;
}

function participantOf(word: string | undefined): string {
  if (word === undefined) return '';
  if (/^[A-Za-z0-9]{1,6}$/.test(word.trim())) return word.trim();
  throw new RapError('USAGE', `--participant must be an ID of 1 to 6 letters and digits, not "${word}"`);
}

export default async function inspect(argv: string[]): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  required(positionals[0], 'FILE');
  const participant = participantOf(values.participant);
  const home = homeNamed(values);
  const [catalogue, calendars] = [await siteCatalogue(home), await siteCalendars(home)];
  let good = true;
  for (const file of positionals) {
    const { line, read } = await look(file, participant, catalogue, calendars);
    process.stdout.write(`${values.json === true ? JSON.stringify(line) : sentence(line)}\n`);
    good &&= read && (line.verdict === 'sound' || line.verdict === 'not-checked');
  }
  return good ? 0 : 5;
}
