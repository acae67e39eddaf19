/**
 * The clients that meet the faults. Each is told to give up early wherever it has a setting for it, and asked to
 * fetch one flat folder.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ours } from './peers/ours.ts';
import type { Errand, Order } from './peers/peer.ts';

export interface FaultClient {
  id: string;
  name: string;
  settings: string;
  program: string;
  debian?: string;
  order(errand: Errand): Order;
}

function ssh2Client(method: 'get' | 'fastGet'): FaultClient {
  return {
    id: method,
    name: `ssh2-sftp-client ${method}`,
    settings: '`readyTimeout` 5 s, keep-alive every 5 s, three times; `list`, then each file by itself',
    program: process.execPath,
    order: (errand) => ({
      command: process.execPath,
      args: [
        fileURLToPath(new URL('./peers/ssh2-get-each.ts', import.meta.url)),
        method,
        JSON.stringify(errand),
      ],
      arrived: errand.to,
    }),
  };
}

export const faultClients: readonly FaultClient[] = [
  {
    id: 'sftp',
    name: 'OpenSSH sftp',
    settings: '`ConnectTimeout` 5 s, `ServerAliveInterval` 5 s, three times',
    program: '/usr/bin/sftp',
    debian: 'openssh-client',
    order: ({ host, port, user, keyFile, knownHostsFile, folder, to }) => ({
      command: '/usr/bin/sftp',
      args: [
        ...['-q', '-r', '-F', 'none', '-i', keyFile, '-P', `${port}`],
        ...['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes'].flatMap((one) => ['-o', one]),
        ...['-o', `UserKnownHostsFile=${knownHostsFile}`, '-o', 'ConnectTimeout=5'],
        ...['-o', 'ServerAliveInterval=5', '-o', 'ServerAliveCountMax=3'],
        `${user}@${host}:${folder}`,
        to,
      ],
      arrived: path.join(to, path.basename(folder)),
    }),
  },
  {
    id: 'rclone',
    name: 'rclone copy',
    settings: '`--timeout 10s --contimeout 5s --retries 1 --low-level-retries 1`',
    program: '/usr/bin/rclone',
    debian: 'rclone',
    order: ({ host, port, user, keyFile, knownHostsFile, folder, to }) => ({
      command: '/usr/bin/rclone',
      args: [
        'copy',
        `fault:${folder}`,
        to,
        ...['--config', '/dev/null', '--timeout', '10s', '--contimeout', '5s'],
        ...['--retries', '1', '--low-level-retries', '1'],
      ],
      env: {
        RCLONE_CONFIG_FAULT_TYPE: 'sftp',
        RCLONE_CONFIG_FAULT_HOST: host,
        RCLONE_CONFIG_FAULT_PORT: `${port}`,
        RCLONE_CONFIG_FAULT_USER: user,
        RCLONE_CONFIG_FAULT_KEY_FILE: keyFile,
        RCLONE_CONFIG_FAULT_KNOWN_HOSTS_FILE: knownHostsFile,
        RCLONE_CONFIG_FAULT_SHELL_TYPE: 'none',
      },
      arrived: to,
    }),
  },
  {
    id: 'lftp',
    name: 'lftp mirror',
    settings: '`net:timeout 10`, `net:max-retries 1`, `net:reconnect-interval-base 1`',
    program: '/usr/bin/lftp',
    debian: 'lftp',
    order: ({ host, port, user, keyFile, knownHostsFile, folder, to }) => {
      const ssh = `ssh -a -x -F none -i ${keyFile} -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=${knownHostsFile}`;
      const script = [
        'set cmd:fail-exit yes',
        'set net:timeout 10',
        'set net:max-retries 1',
        'set net:reconnect-interval-base 1',
        `set sftp:connect-program "${ssh}"`,
        `open -p ${port} sftp://${user}:@${host}`,
        `mirror ${folder} ${to}`,
      ];
      return { command: '/usr/bin/lftp', args: ['--norc', '-c', script.join('; ')], arrived: to };
    },
  },
  ssh2Client('get'),
  ssh2Client('fastGet'),
  { ...ours, settings: 'as it comes: 20 s for the handshake, 15 s for a request' },
];
