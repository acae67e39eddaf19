/** Puts what a person accepted into the text of a site's catalogue; comments stay. Pure. */
import { type NameProposal, type TimeProposal, weekdayNames } from './learn.ts';
import type { CatalogueRow } from './rows.ts';
import { type FileRow, readCatalogueText } from './schema.ts';

/** Who accepted it, when ('YYYY-MM-DD HH:MM', Hong Kong) and why. */
export interface Acceptance {
  by: string;
  at: string;
  reason: string;
}

const HEAD = ` The reports of this site, before those that are shipped ("rap catalogue show" shows both together).
 A row names a code and what differs; the fields are explained in the shipped catalogue.
`;

/**
 * @param subject begins the sentence of a refusal, with the path
 * @throws RapError CONFIG_INVALID when the text is no catalogue
 */
export function withLearned(
  text: string,
  subject: string,
  { times, names }: { times: readonly TimeProposal[]; names: readonly NameProposal[] },
  { by, at, reason }: Acceptance,
): string {
  const note = `accepted by ${by} on ${at}: ${reason}`;
  let changed = text;
  for (const one of times) changed = withTimes(changed, subject, one, note);
  for (const one of names) changed = withName(changed, subject, one, note);
  return changed;
}

function withTimes(text: string, subject: string, proposal: TimeProposal, note: string): string {
  const { row, set, times, halfDay, days } = proposal;
  const { document, data } = readCatalogueText(text, subject);
  if (document.contents === null) document.commentBefore = HEAD;
  const seen = days.map(({ day, first, last }) => `${weekdayNames[day]} ${first}-${last}`).join(', ');
  const half = halfDay === undefined ? {} : { halfDay };
  const timed = { ...times, ...half, timeCertainty: 'learned' };
  const own = { set, frequency: 'business-day', ...timed, note: `${note}; seen ${seen}` };
  const index = data.reports.findIndex((one) => isRow(one, row));
  const known = data.reports[index];
  if (known?.sets !== undefined) {
    const place = known.sets.findIndex((one) => (one.set ?? '') === set && one.validFrom === undefined);
    document.setIn(
      ['reports', index, 'sets', place < 0 ? known.sets.length : place],
      document.createNode(own),
    );
  } else if (known !== undefined) {
    for (const field of [
      'frequency',
      'about',
      'lateAfter',
      'cutOff',
      'halfDay',
      'condition',
      'timeCertainty',
    ]) {
      document.deleteIn(['reports', index, field]);
    }
    document.setIn(['reports', index, 'sets'], document.createNode([own]));
  } else {
    const of = { code: row.code, ...(row.variant === '' ? {} : { variant: row.variant }) };
    const fresh = { ...of, system: row.system, installation: row.installation, sets: [own] };
    document.setIn(['reports', data.reports.length], document.createNode(fresh));
  }
  return document.toString({ lineWidth: 0 });
}

/** A new code is known by name from now on, and awaited only when a person says when it comes. */
function withName(text: string, subject: string, proposal: NameProposal, note: string): string {
  const { code, installation, file, folder, files, example } = proposal;
  const { document, data } = readCatalogueText(text, subject);
  if (document.contents === null) document.commentBefore = HEAD;
  const row = {
    ...{ code, system: 'UNKNOWN', installation, name: code, source: `${files} files such as ${example}` },
    ...{ certainty: 'learned', file, fileCertainty: 'learned', folder },
    ...{ calendar: installation === 'hkscc' ? 'securities' : 'derivatives', frequency: 'optional', note },
  };
  document.setIn(['reports', data.reports.length], document.createNode(row));
  return document.toString({ lineWidth: 0 });
}

/** Which row of the catalogue a person means. */
export type MeantRow = Pick<CatalogueRow, 'code' | 'variant' | 'system' | 'installation'>;

/**
 * The text in which a person says of a report that it is awaited as the catalogue has it, or that it never comes.
 * @param subject begins the sentence of a refusal, with the path
 * @throws RapError CONFIG_INVALID when the text is no catalogue
 */
export function withWatch(
  text: string,
  subject: string,
  row: MeantRow,
  watch: boolean,
  { by, at, reason }: Acceptance,
): string {
  const { document, data } = readCatalogueText(text, subject);
  if (document.contents === null) document.commentBefore = HEAD;
  const note = `${watch ? 'accepted' : 'said never to come'} by ${by} on ${at}: ${reason}`;
  const index = data.reports.findIndex((one) => isRow(one, row));
  if (index >= 0) {
    document.setIn(['reports', index, 'watch'], watch ? 'yes' : 'no');
    document.setIn(['reports', index, 'note'], note);
    return document.toString({ lineWidth: 0 });
  }
  const of = { code: row.code, ...(row.variant === '' ? {} : { variant: row.variant }) };
  const fresh = {
    ...of,
    system: row.system,
    installation: row.installation,
    watch: watch ? 'yes' : 'no',
    note,
  };
  document.setIn(['reports', data.reports.length], document.createNode(fresh));
  return document.toString({ lineWidth: 0 });
}

/** Does a row of the site's file name this row? */
function isRow(one: FileRow, row: MeantRow): boolean {
  return (
    one.code === row.code &&
    (one.variant ?? '') === row.variant &&
    (one.system ?? row.system) === row.system &&
    (one.installation ?? row.installation) === row.installation
  );
}
