/** Debian's packages, where this user may install them. */
import { run, tail } from './run.js';

/** A machine without a network says so soon, and one whose dpkg is busy is waited for. */
const options = [
  ...['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::https::Timeout=20'],
  ...['-o', 'DPkg::Lock::Timeout=60'],
];
/**
 * Installs packages as root, without those that they only recommend.
 * @param settings.seconds how long one download may take, 0 for any time; unpacking is never ended in the middle
 * @returns '' when they are there, else why not
 */
export async function aptInstall(names, { seconds = 0 } = {}) {
  if (process.getuid?.() !== 0) return 'only root may install packages';
  // RUNLEVEL=1 keeps servers that come with a package from being started.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (words, limit) => run('apt-get', [...options, ...words], { env, quiet: true, seconds: limit });
  const install = ['install', '-y', '--no-install-recommends', ...names];
  const fetch = () => apt([...install, '--download-only'], seconds);
  let done = await fetch();
  if (done.status !== 0) {
    await apt(['update'], seconds);
    done = await fetch();
  }
  if (done.status === 0) done = await apt([...install, '--no-download']);
  return done.status === 0 ? '' : `apt-get: ${tail(done.output, 1) || `ended with ${done.status}`}`;
}
