/** The plan of a practice session as the dialog saves it. What its parts say together is for the plan itself to judge. */
import * as z from 'zod';
import {
  entriesOf,
  fault,
  oneLine,
  orEmpty,
  type Reader,
  readDate,
  readDays,
  readEach,
  readMinutes,
  readMoment,
  readTelephone,
  readTime,
  readWeekday,
  wholeOf,
  within,
} from '../../lib/cells/index.ts';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import { about, type Context, cell, choice, refuse, written } from '../../lib/cells/settings.ts';

const readWords: Reader<string> = (typed) => {
  const value = oneLine(typed);
  return value === '' ? fault('noEntry', typed) : { value };
};

const words = cell(readWords);
const date = cell(readDate);
const time = cell(readTime);
const moment = cell(readMoment);
const installation = choice('hkscc', 'hkcc-seoch');
const rowsOf = <T extends z.ZodType>(row: T) =>
  z.array(row).superRefine((rows, context) => {
    if (rows.length === 0) refuse(context, fault('noEntry', '').fault);
  });

const part = z
  .object({ name: words, start: time, end: time, dataCentre: choice('primary', 'secondary'), tasks: written })
  .superRefine(({ start, end }, context) => {
    if (end <= start) refuse(context, fault('partEnd', end).fault, 'end');
  });

const fields = z.object({
  title: words,
  source: words,
  date,
  weekday: cell(readWeekday),
  reportsOf: date,
  accounts: rowsOf(z.object({ account: words, installation })),
  parts: rowsOf(part),
  cutOff: time,
  noticeMinutes: cell(wholeOf(within(0, 240, readMinutes))),
  signals: z.array(
    z.object({
      signal: choice('no-8', 'extreme-conditions', 'black-rainstorm'),
      before: choice('cancels', 'none'),
      after: choice('terminates', 'none'),
    }),
  ),
  hotlines: z.array(z.object({ installation, name: words, number: cell(readTelephone), from: time })),
  deadlines: z.array(
    z.object({
      what: words,
      date,
      weekday: cell(orEmpty(readWeekday, '')),
      /** Days before. */
      remind: cell((days) => readEach(entriesOf(days), wholeOf(within(0, 365, readDays)))),
    }),
  ),
  drillDays: cell(orEmpty(wholeOf(within(1, 20, readDays)), undefined)),
  freezeFrom: moment,
  freezeTo: moment,
});

function refuseOrder({ freezeFrom, freezeTo }: z.infer<typeof fields>, context: Context): void {
  if (freezeTo <= freezeFrom) refuse(context, fault('windowEnd', freezeTo).fault, 'freezeTo');
}

export const saved = {
  schema: fields.superRefine(refuseOrder, about('freezeFrom', 'freezeTo')),
  migrations: [unsaid({ accounts: [], parts: [], signals: [], hotlines: [], deadlines: [], drillDays: '' })],
} satisfies SavedSettings;
