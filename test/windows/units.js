/** The unit tests of lib that are run as on Windows: those of the rooms that meet the system, without the long ones. */
import { inside, Trouble } from '../../scripts/support/checkout.js';
import { tail } from '../../scripts/support/run.js';

const rooms = ['cells', 'delivery', 'errors', 'files', 'rap', 'time', 'model'];

/**
 * Wine has no symbolic links (what it makes is an empty folder), and its processes end slowly: what is left out is
 * listed in docs/windows.md as untested.
 */
const leftOut = {
  specs: ['delivery/crash', 'files/watchdog', 'delivery/real-folder', 'rap/stop'],
  titles: /link/,
};

/** @throws Trouble naming what failed */
export async function units(windows, _folder, say) {
  const specs = rooms.map((room) => `test/lib/${room}/**/*.spec.ts`);
  const ignored = leftOut.specs.flatMap((spec) => ['--ignore', `test/lib/${spec}.spec.ts`]);
  const titles = ['--grep', leftOut.titles.source, '--invert'];
  const mocha = [inside('node_modules/mocha/bin/mocha.js'), '--timeout', '60000', ...titles, ...ignored];
  const env = { RAP_PROPERTY_RUNS: '2000', RAP_FUZZ_RUNS: '20' };
  const { status, output } = await windows.run([...mocha, ...specs], { env, seconds: 400 });
  const [report = output] = /^ *\d+ passing[\s\S]*/m.exec(output) ?? [];
  if (status !== 0) throw new Trouble(`FAILED: the unit tests ended with ${status}:\n${tail(report, 120)}`);
  say(`unit tests of ${rooms.join(', ')}: ${tail(output, 1)}`);
}
