/** What the tests need beside npm packages: a browser for the editor, OpenSSH's server for interop, tools for keys, network shares. */
import { existsSync, readdirSync } from 'node:fs';
import { aptInstall } from './apt.js';

/** Servers and clients of network shares; only root may mount, and only where the system has FUSE. */
const shares = [
  { name: 'samba', files: ['/usr/sbin/smbd'] },
  { name: 'smbnetfs', files: ['/usr/bin/smbnetfs'] },
  { name: 'sshfs', files: ['/usr/bin/sshfs'] },
  { name: 'fuse3', files: ['/usr/bin/fusermount3'] },
];

/** What the crash tests stop, fail and watch programs with; any C compiler will do. */
const watching = [
  { name: 'strace', files: ['/usr/bin/strace'] },
  { name: 'tcc', files: ['/usr/bin/cc', '/usr/bin/gcc', '/usr/bin/clang', '/usr/bin/tcc'] },
];

/** What people make and change keys with. */
const keyTools = [
  { name: 'openssl', files: ['/usr/bin/openssl'] },
  { name: 'putty-tools', files: ['/usr/bin/puttygen'] },
];

/** Debian keeps each version of the server in a folder of its own. */
const VERSIONS = '/usr/lib/postgresql';
const postgresql = {
  name: 'postgresql',
  get files() {
    const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
    return versions.map((version) => `${VERSIONS}/${version}/bin/initdb`);
  },
};

const canMount = () => process.getuid?.() === 0 && existsSync('/dev/fuse');

const tools = [
  { name: 'chromium', files: [process.env.RAP_CHROMIUM, '/usr/bin/chromium'] },
  { name: 'openssh-server', files: ['/usr/sbin/sshd'] },
  ...keyTools,
  ...(process.platform === 'linux' ? [postgresql] : []),
  ...(canMount() ? shares : []),
  ...(process.platform === 'linux' ? watching : []),
];

const missing = () =>
  tools.filter(({ files }) => !files.some((file) => file && existsSync(file))).map(({ name }) => name);

/** Is all of it there? */
export const testToolsAreThere = () => missing().length === 0;

/** One sentence on what to install by hand, or '' when nothing is missing. */
export function missingTools() {
  const names = missing();
  return names.length === 0
    ? ''
    : `The full tests need ${names.join(' and ')}: install with "apt-get install ${names.join(' ')}" as root.`;
}

/** Installs them where this user may: Debian's packages, as root. */
export async function installTestTools(say) {
  const names = missing();
  if (names.length === 0 || process.getuid?.() !== 0) return;
  say(`installing ${names.join(' and ')} with apt`);
  const why = await aptInstall(names);
  if (why !== '') say(`they could not be installed: ${why}`);
}
