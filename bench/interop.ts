/**
 * Runs the interop checks against every SFTP server that is installed and writes docs/interop.md.
 *
 *   node bench/interop.ts            ordinary size: 300 small files, one of 256 MiB
 *   node bench/interop.ts --full     2,000 small files, one of 1 GiB; takes ten minutes
 *   node bench/interop.ts --only OpenSSH --print
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checks, perform } from '../test/interop/checks.ts';
import { type Portrait, probe } from '../test/interop/probe.ts';
import { allKinds } from '../test/interop/servers/all.ts';
import { isInstalled, type ServerKind, whatIsMissing } from '../test/interop/servers/server.ts';
import { fullSizes, makeTree, ordinarySizes } from '../test/interop/tree.ts';
import { type ServedRuns, servedTable, servedWords, timeLargeFile } from './interop-speed.ts';

interface Outcome {
  passed: boolean;
  told: string;
}

interface Column {
  kind: ServerKind;
  version: string;
  portrait: Portrait;
  /** One for each check. */
  outcomes: Outcome[];
  runs: ServedRuns;
}

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    print: { type: 'boolean', default: false },
  },
});

const say = (line: string) => process.stderr.write(`${line}\n`);

function debianVersion(name: string | undefined): string {
  try {
    return (
      execFileSync('dpkg-query', ['--show', name ?? ''])
        .toString()
        .trim()
        .split('\t')[1] ?? ''
    );
  } catch {
    return 'not from Debian';
  }
}

async function examine(kind: ServerKind, root: string, work: string): Promise<Column> {
  const server = await kind.start(root);
  try {
    const portrait = await probe(server);
    const outcomes: Outcome[] = [];
    for (const check of checks) {
      const outcome = await perform(check, { kind, server, root, work, beside: true }).then(
        (told) => ({ passed: true, told }),
        (error: Error) => ({ passed: false, told: error.message.split('\n')[0] ?? '' }),
      );
      say(`${kind.name}: ${check.title}: ${outcome.passed ? '' : 'FAILED: '}${outcome.told}`);
      outcomes.push(outcome);
    }
    const runs = await timeLargeFile(kind, server, root, work);
    say(`${kind.name}: ${JSON.stringify(runs)}`);
    return { kind, version: debianVersion(kind.packages[0]), portrait, outcomes, runs };
  } finally {
    await server.stop();
  }
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function serversTable(columns: readonly Column[]): string[] {
  return [
    row(['server', 'Debian package', 'greets as', 'cipher', 'integrity', 'reads of']),
    row(Array.from({ length: 6 }, () => '---')),
    ...columns.map(({ kind, version, portrait }) =>
      row([
        kind.name,
        `${kind.packages[0]} ${version}`,
        portrait.greeting,
        portrait.cipher,
        portrait.mac,
        portrait.announcesLimits ? '255 KiB, as announced' : '32 KiB, as none are announced',
      ]),
    ),
  ];
}

function resultsTable(columns: readonly Column[]): string[] {
  return [
    row(['server', ...checks.map((check) => check.label)]),
    row(['---', ...checks.map(() => '---')]),
    ...columns.map(({ kind, outcomes }) =>
      row([kind.name, ...outcomes.map(({ passed, told }) => (passed ? told : `**failed:** ${told}`))]),
    ),
    '',
    ...checks.map((check) => `- *${check.label}*: ${check.title}.`),
  ];
}

/** Differences that were looked into; they hold for the versions named in the table. */
const explanations = [
  "**Reads.** Where a server announces its limits (`limits@openssh.com`), reads are as large as it allows, up to 255 KiB; elsewhere 32 KiB, which every server has to serve. Dropbear has no SFTP of its own and runs OpenSSH's `sftp-server`.",
  '**Ciphers.** AES-GCM is preferred, then ChaCha20 where the server keeps to strict key exchange, then AES-CTR with HMAC. Dropbear, Paramiko and Conch of these versions do not have AES-GCM. Dropbear computes its ciphers in its own portable code: with ChaCha20 it spends half the processor time that it spends with AES-CTR. A server that picks ChaCha20 without strict key exchange is open to prefix truncation: it is connected to anew without that cipher, before anything of a login is sent.',
  '**Attempts.** ProFTPD says yes to the question whether a key would do, whatever the key, and refuses only the signed request; the others refuse the question. In both cases one attempt is made and counted. Dropbear logs no refused key.',
  '**Names.** rclone shows control characters as printable look-alikes, so such a file arrives under that name. Paramiko and Conch cannot list a folder in which a name is not UTF-8; the whole folder is told of as unreadable, and the run is incomplete. The others pass the bytes on, and the name is refused with its bytes.',
  '**AsyncSSH** of this version sends an IGNORE message before every packet, and goes on with data while keys are renewed, which it does after 1 GiB. The client of OpenSSH bears both, and so do we; ssh2 by itself ends the session there. A variant that renews them every MiB proves it.',
  '**Key changes.** With `RekeyLimit 64K` OpenSSH renews the keys every 64 KiB, so a file of 4 MiB stands for the large one there: the cost of a key change, not of a byte, is what is measured.',
  '**Speed.** The seconds of the checks are of single runs. The Python servers are limited by their own encryption and packet handling.',
];

function page(columns: readonly Column[], sizes: string): string {
  const left = allKinds.filter((kind) => !isInstalled(kind)).map((kind) => whatIsMissing(kind) ?? '');
  return [
    '# Interoperability',
    '',
    'Written by `node bench/interop.ts --full`. Every check runs `rap fetch` against a real server on this machine, through the command',
    `line, and compares every byte; the same checks run as tests (\`test/interop\`). ${sizes}`,
    '',
    '## Servers',
    '',
    ...serversTable(columns),
    ...left.map((line) => `\n${line}`),
    '',
    '## Results',
    '',
    ...resultsTable(columns),
    '',
    '## How long the large file takes',
    '',
    ...servedWords,
    '',
    ...servedTable(columns.map(({ kind, runs }) => ({ name: kind.name, runs }))),
    '',
    '## Differences explained',
    '',
    ...explanations.map((text) => `- ${text}`),
    '',
  ].join('\n');
}

const work = await mkdtemp(path.join(tmpdir(), 'rap-bench-interop-'));
try {
  const root = path.join(work, 'served');
  const sizes = values.full ? fullSizes : ordinarySizes;
  await makeTree(root, sizes);
  const kinds = allKinds
    .filter(isInstalled)
    .filter((kind) => values.only === undefined || values.only.includes(kind.name));
  const columns: Column[] = [];
  for (const kind of kinds) columns.push(await examine(kind, root, work));
  const text = page(
    columns,
    `${sizes.smallFiles.toLocaleString('en')} small files, a large one of ${sizes.bigFile / 1024 / 1024} MiB.`,
  );
  if (values.print) process.stdout.write(text);
  else await writeFile(fileURLToPath(new URL('../docs/interop.md', import.meta.url)), text);
  process.exitCode = columns.some((column) => column.outcomes.some((outcome) => !outcome.passed)) ? 1 : 0;
} finally {
  await rm(work, { recursive: true, force: true });
}
