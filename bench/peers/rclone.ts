/** rclone copy with many transfers and many requests at once. */
import type { Peer } from './peer.ts';

export const rclone: Peer = {
  id: 'rclone',
  name: 'rclone copy, tuned',
  settings:
    '32 transfers, 64 requests of 255 KiB in flight for each file, large files in 4 streams, no hash check; many logins',
  oneLogin: false,
  program: '/usr/bin/rclone',
  debian: 'rclone',
  order({ host, port, user, keyFile, knownHostsFile, folder, to }) {
    const remote = {
      TYPE: 'sftp',
      HOST: host,
      PORT: `${port}`,
      USER: user,
      KEY_FILE: keyFile,
      KNOWN_HOSTS_FILE: knownHostsFile,
      SHELL_TYPE: 'none',
      CHUNK_SIZE: '255Ki',
      CONCURRENCY: '64',
      DISABLE_HASHCHECK: 'true',
    };
    return {
      command: '/usr/bin/rclone',
      args: [
        'copy',
        `bench:${folder}`,
        to,
        ...['--config', '/dev/null', '--transfers', '32', '--checkers', '32', '--retries', '1'],
        ...['--ignore-checksum', '--no-check-dest', '--quiet'],
      ],
      env: Object.fromEntries(
        Object.entries(remote).map(([name, value]) => [`RCLONE_CONFIG_BENCH_${name}`, value]),
      ),
      arrived: to,
    };
  },
};
