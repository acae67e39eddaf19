/**
 * The readers of cells as the dialogs in the browser use them: what they mark is what a deploy refuses. The build puts
 * this file and the readers into the package's resources; they run without Node.js.
 */
import {
  entriesOf,
  explain,
  plain,
  type Reader,
  readAddress,
  readDate,
  readDays,
  readDomain,
  readEach,
  readFolders,
  readHostKey,
  readHours,
  readMegabytes,
  readMinutes,
  readMoment,
  readPath,
  readPattern,
  readPeople,
  readPort,
  readSeconds,
  readSender,
  readTime,
  readTimes,
  readTimetable,
  readUser,
  readWhole,
  within,
} from '../../lib/cells/index.ts';

const anyWhole = readWhole(0, Number.MAX_SAFE_INTEGER);

/** What a dialog calls them. */
const readers = {
  address: readAddress(),
  date: readDate,
  domains: (text: string) => readEach(entriesOf(text), readDomain),
  folders: readFolders,
  hostKey: readHostKey,
  moment: readMoment,
  path: readPath,
  pattern: readPattern,
  people: readPeople,
  port: readPort,
  relay: readAddress(['smtp', 'smtps']),
  sender: readSender,
  time: readTime,
  times: readTimes,
  timetable: readTimetable,
  user: readUser,
} satisfies Record<string, Reader<unknown>>;

/** Those that give a number, which a dialog may limit. */
const amounts = {
  days: readDays,
  hours: readHours,
  megabytes: readMegabytes,
  minutes: readMinutes,
  seconds: readSeconds,
  whole: anyWhole,
} satisfies Record<string, Reader<number>>;

export type CellKind = keyof typeof readers | keyof typeof amounts;

/**
 * Why a cell would be refused on deploy, in the editor's language; '' when it is fine, or holds a variable.
 * @param language as Node-RED calls it
 * @param limits of an amount, both included
 */
export function cellFault(kind: CellKind, text: string, language: string, limits?: [number, number]): string {
  if (/\$\{[^}]+\}/.test(text)) return '';
  const read: Reader<unknown> =
    kind in amounts
      ? within(...(limits ?? [0, Number.MAX_SAFE_INTEGER]), amounts[kind as keyof typeof amounts])
      : readers[kind as keyof typeof readers];
  const reading = read(text);
  if ('value' in reading) return '';
  const { says, cure } = explain(reading.fault, languageOf(language));
  return `${says}. ${cure}`;
}

function languageOf(tag: string): 'en' | 'zh-Hant' | 'zh-Hans' {
  if (!tag.startsWith('zh')) return 'en';
  return /TW|HK|MO|Hant/.test(tag) ? 'zh-Hant' : 'zh-Hans';
}

Object.assign(globalThis, {
  rapCells: { fault: cellFault, entries: (text: string) => entriesOf(text), plain },
});
