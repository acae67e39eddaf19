/**
 * The readers of cells as the dialogs in the browser use them: what they mark is what a deploy refuses. The build puts
 * this file and the readers into the package's resources; they run without Node.js.
 */
import {
  entriesOf,
  explain,
  orEmpty,
  plain,
  type Reader,
  type Reading,
  readAddress,
  readDate,
  readDays,
  readDeskAddress,
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
  readPercent,
  readPort,
  readSeconds,
  readSender,
  readServer,
  readTelephone,
  readTime,
  readTimes,
  readTimetable,
  readUser,
  readWebAddress,
  readWhole,
  wholeOf,
  within,
} from '../../lib/cells/index.ts';

/** Those whose port has a field of its own; of relays by whether TLS comes first. */
const servers = {
  account: readAddress(),
  relay: readAddress(['smtp']),
  relayTls: readAddress(['smtps']),
} satisfies Record<string, Reader<unknown>>;

/** What a dialog calls them. */
const readers = {
  address: servers.account,
  date: readDate,
  desk: orEmpty(readDeskAddress, ''),
  domain: readDomain,
  domains: (text: string) => readEach(entriesOf(text), readDomain),
  folders: readFolders,
  hostKey: readHostKey,
  moment: readMoment,
  path: readPath,
  pattern: readPattern,
  people: readPeople,
  port: readPort,
  relay: servers.relay,
  relayTls: servers.relayTls,
  sender: readSender,
  telephone: readTelephone,
  time: readTime,
  times: readTimes,
  timetable: readTimetable,
  user: readUser,
  web: readWebAddress,
} satisfies Record<string, Reader<unknown>>;

/** Those that give a number, which a dialog may limit. */
const amounts = {
  days: readDays,
  hours: readHours,
  megabytes: readMegabytes,
  minutes: readMinutes,
  percent: readPercent,
  seconds: readSeconds,
  whole: readWhole(0, Number.MAX_SAFE_INTEGER),
  wholeDays: wholeOf(readDays),
  wholeMinutes: wholeOf(readMinutes),
} satisfies Record<string, Reader<number>>;

export type ServerKind = keyof typeof servers;

export type CellKind = keyof typeof readers | keyof typeof amounts;

/**
 * Why a cell would be refused on deploy, in the editor's language; '' when it is fine, or holds a variable.
 * @param language as Node-RED calls it
 * @param limits of an amount, both included
 */
export function cellFault(kind: CellKind, text: string, language: string, limits?: [number, number]): string {
  return faultIn(readerOf(kind, limits)(text), text, language);
}

/** The same of a host and the port beside it, which may be empty. */
export function serverFault(kind: ServerKind, host: string, port: string, language: string): string {
  return faultIn(readServer(host, port, servers[kind]), host + port, language);
}

/** What a cell says; undefined where it is refused. */
function cellValue(kind: CellKind, text: string): unknown {
  const reading = readerOf(kind)(text);
  return 'value' in reading ? reading.value : undefined;
}

function readerOf(kind: CellKind, limits?: [number, number]): Reader<unknown> {
  return kind in amounts
    ? within(...(limits ?? [0, Number.MAX_SAFE_INTEGER]), amounts[kind as keyof typeof amounts])
    : readers[kind as keyof typeof readers];
}

function faultIn(reading: Reading<unknown>, text: string, language: string): string {
  if ('value' in reading || /\$\{[^}]+\}/.test(text)) return '';
  const { says, cure } = explain(reading.fault, languageOf(language));
  return `${says}. ${cure}`;
}

function languageOf(tag: string): 'en' | 'zh-Hant' | 'zh-Hans' {
  if (!tag.startsWith('zh')) return 'en';
  return /TW|HK|MO|Hant/.test(tag) ? 'zh-Hant' : 'zh-Hans';
}

Object.assign(globalThis, {
  rapCells: { fault: cellFault, serverFault, value: cellValue, entries: entriesOf, plain },
});
