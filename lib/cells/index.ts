/** Every reader of cells; nothing here needs Node.js, so the dialogs use the same. */
export {
  readAddress,
  readDeskAddress,
  readDomain,
  readServer,
  readTelephone,
  readUser,
  readWebAddress,
} from './addresses.ts';
export {
  ascii,
  type CellFault,
  entriesOf,
  fault,
  oneLine,
  orEmpty,
  plain,
  type Reader,
  type Reading,
  readEach,
  tidy,
  unquoted,
} from './cell.ts';
export { explain } from './explain.ts';
export { type HostKeyCell, readHostKey } from './fingerprints.ts';
export {
  readDate,
  readMoment,
  readTime,
  readTimes,
  readTimetable,
  readUntil,
  readWeekday,
} from './moments.ts';
export { ACCOUNT_NAME } from './names.ts';
export {
  readDays,
  readHours,
  readMegabytes,
  readMinutes,
  readPercent,
  readPort,
  readRate,
  readSeconds,
  readWhole,
  readWholeDays,
  wholeOf,
  within,
} from './numbers.ts';
export { readFilePath, readFolders, readPath } from './paths.ts';
export { readPattern } from './patterns.ts';
export { readPeople, readSender } from './people.ts';
