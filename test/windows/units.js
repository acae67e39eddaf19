/** The unit tests of lib that are run as on Windows, in parts: each run tries those of the rooms that meet the system. */
import { readdirSync } from 'node:fs';
import { inside, UserError } from '../../scripts/support/checkout.js';
import { tail } from '../../scripts/support/run.js';

const rooms = ['cells', 'delivery', 'errors', 'files', 'rap', 'time', 'model'];

/** Commands that are given folders. */
const doors = ['share', 'home-options'].map((spec) => `test/bin/${spec}.spec.ts`);

/** What is left out is listed in docs/windows.md as untested. */
const leftOut = {
  // Here the time in which a process ends, or is kept from running, is what is tested, and wine's take long.
  specs: ['delivery/crash', 'files/watchdog', 'rap/stop'],
  // Wine shows a link as the file or folder that it leads to: what is told by the kind of an entry cannot be.
  titles: [
    'by way of a link',
    // Hundreds of links, each made by a program of the system below.
    'a link that changes',
    'a link that leads nowhere',
    'a link to the landing copy',
    'a link to the same content',
    'a link to nothing',
    'does not follow a link',
    'a folder or a symbolic link',
    // Node.js 22, here and on Linux: the first read after another process gave a table a column is without that column.
    'have a column that another process has added since',
    'give the rows of the table as it is now',
  ],
};

/** What takes longer hangs, seconds; a machine that others use is slow. */
const LONGEST = 900;

/** @throws UserError naming what failed */
async function run(windows, what, specs, say) {
  const ignored = leftOut.specs.flatMap((spec) => ['--ignore', `test/lib/${spec}.spec.ts`]);
  const titles = ['--grep', leftOut.titles.join('|'), '--invert'];
  const patience = ['--require', inside('test/windows/no-deadlines.cjs'), '--timeout', '0', '--retries', '1'];
  const mocha = [inside('node_modules/mocha/bin/mocha.js'), ...patience, ...titles, ...ignored];
  const few = { RAP_PROPERTY_RUNS: '2000', RAP_FUZZ_RUNS: '20', RAP_DAMAGES: '10' };
  const env = { ...few, RAP_PROPERTY_SHARE: '0.05', RAP_LEASE_RACES: '5', RAP_LEASE_PAUSES: '2' };
  const { status, output } = await windows.run([...mocha, ...specs], { env, seconds: LONGEST });
  const [report = output] = /^ *\d+ passing[\s\S]*/m.exec(output) ?? [];
  if (status !== 0) throw new UserError(`FAILED: the unit tests ended with ${status}:\n${tail(report, 120)}`);
  say(`unit tests of ${what}: ${report.split('\n')[0].trim()}`);
}

export const units = (windows, _folder, say) =>
  run(
    windows,
    `${rooms.join(', ')} and doors`,
    [...rooms.map((room) => `test/lib/${room}/**/*.spec.ts`), ...doors],
    say,
  );

/** Most of its time goes into starting the command line again and again. */
const KEY = 'test/lib/ledger/journal-key.spec.ts';

/** Those of the ledger that meet the system: its file, leases between processes, the journal, the backup and its restore. */
const OF_THE_SYSTEM = ['backup', 'leases', 'ledger', 'journal', 'clock', 'damage'];

/** What is told to people; a relay and a webhook answer on this machine. */
export const mail = (windows, _folder, say) =>
  run(windows, 'mails and alarms', ['test/lib/mail/**/*.spec.ts', 'test/lib/alarms/**/*.spec.ts'], say);

export const ledger = (windows, _folder, say) =>
  run(
    windows,
    'the ledger',
    OF_THE_SYSTEM.map((spec) => `test/lib/ledger/${spec}.spec.ts`),
    say,
  );

/** What lies in the landing folder and on shares, and what people do to it meanwhile; none of it waits for a server. */
const OF_FILES = ['clean', 'placed-look', 'share-health'];
const specsOf = (names) => names.map((name) => `test/lib/collection/${name}.spec.ts`);

export const copies = (windows, _folder, say) =>
  run(windows, 'landed and delivered files', specsOf(OF_FILES), say);

/** The rest of collection: runs, quarantine, what is outstanding and due, processes that are killed. */
export const collection = (windows, _folder, say) => {
  const ignored = specsOf(OF_FILES).flatMap((spec) => ['--ignore', spec]);
  return run(windows, 'collection', [...ignored, 'test/lib/collection/**/*.spec.ts'], say);
};

/** All others of the ledger, which are about its tables. */
export const tables = (windows, _folder, say) => {
  const ignored = [KEY, ...OF_THE_SYSTEM.map((spec) => `test/lib/ledger/${spec}.spec.ts`)];
  const words = ignored.flatMap((spec) => ['--ignore', spec]);
  return run(windows, "the ledger's tables", [...words, 'test/lib/ledger/**/*.spec.ts'], say);
};

export const key = (windows, _folder, say) => run(windows, "the key of the ledger's journal", [KEY], say);

/** A room that has tests and is in none of the parts above is a part of its own: whoever adds a room adds a part. */
const inParts = new Set([...rooms, 'ledger', 'collection', 'mail', 'alarms']);
const others = readdirSync(inside('test/lib')).filter((room) => !inParts.has(room));
export const otherRooms = Object.fromEntries(
  others.map((room) => [
    room,
    (windows, _folder, say) => run(windows, room, [`test/lib/${room}/**/*.spec.ts`], say),
  ]),
);
