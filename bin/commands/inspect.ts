/** `rap inspect FILE...`: whether local files are sound by what is known of their reports. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { RapError, systemCode } from '../../lib/errors/rap-error.ts';
import { recognise } from '../../lib/reports/catalogue.ts';
import type { Finding } from '../../lib/reports/integrity/finding.ts';
import { inspectFile } from '../../lib/reports/integrity/inspect.ts';
import { describe } from '../../lib/reports/integrity/refuse.ts';
import { parseWords, required } from '../connection-options.ts';

const help = `Usage: rap inspect FILE... [--participant P] [--json]

Looks into files and says of each: sound, damaged, foreign (for another participant than P), or not-checked, when
nothing is known of the inside of such a report. What a file should be is read from its name.

With --json a line per file: {file, verdict, code, record, field, reason}; record counts from 1, and lines in csv and
.lis files. The reason says where a file is wrong, never what stands there.

Exit status: 0 no file is damaged or foreign, 5 one is, or cannot be read.`;

const options = {
  participant: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface Line {
  file: string;
  verdict: Finding['verdict'];
  code: string;
  record: number | null;
  field: string;
  reason: string;
}

/** @returns the finding, and whether the file could be read */
async function look(file: string, participant: string): Promise<{ line: Line; read: boolean }> {
  const name = path.basename(file);
  // The name alone: the folder of a local copy says nothing.
  const { code, businessDate } = recognise(name, name);
  const line: Line = { file, verdict: 'not-checked', code, record: null, field: '', reason: '' };
  try {
    if (!(await stat(file)).isFile()) return { line: { ...line, reason: 'it is not a file' }, read: false };
    const { verdict, ...found } = await inspectFile({ name, code, businessDate }, file, participant);
    if ('certainty' in found) {
      const { record, field, reason } = found;
      return { line: { ...line, verdict, record, field, reason }, read: true };
    }
    return { line: { ...line, verdict, ...found }, read: true };
  } catch (thrown) {
    const reason = systemCode(thrown);
    if (reason === '') throw thrown;
    return { line: { ...line, reason: `it cannot be read (${reason})` }, read: false };
  }
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
  const { values, positionals } = parseWords(argv, options, true);
  if (values.help === true) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  required(positionals[0], 'FILE');
  const participant = participantOf(values.participant);
  let good = true;
  for (const file of positionals) {
    const { line, read } = await look(file, participant);
    process.stdout.write(`${values.json === true ? JSON.stringify(line) : sentence(line)}\n`);
    good &&= read && (line.verdict === 'sound' || line.verdict === 'not-checked');
  }
  return good ? 0 : 5;
}
