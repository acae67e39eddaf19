/** Who answers for a ledger on PostgreSQL must prove it, and whoever asks must know the password. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseAddress } from '../../../lib/ledger/postgres/address.ts';
import { Link } from '../../../lib/ledger/postgres/link.ts';
import { PostgresServer, postgresPrograms } from '../../support/postgres.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

if (postgresPrograms() !== undefined) {
  describe('the line to PostgreSQL', () => {
    const folder = temporaryFolder();
    let server: PostgresServer;
    let port: number;

    /** Two authorities, and a certificate for localhost by the first. */
    function certificates(): void {
      const openssl = (...words: string[]) =>
        execFileSync('openssl', words, { cwd: server.folder, stdio: ['ignore', 'pipe', 'pipe'] });
      const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
      for (const name of ['ours', 'other']) {
        openssl(
          'req',
          '-x509',
          ...key,
          '-keyout',
          `${name}.key`,
          '-out',
          `${name}.pem`,
          '-days',
          '2',
          '-subj',
          `/CN=${name}`,
        );
      }
      openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
      openssl(
        ...['x509', '-req', '-in', 'server.csr', '-CA', 'ours.pem', '-CAkey', 'ours.key', '-CAcreateserial'],
        ...['-days', '2', '-out', 'server.pem', '-extfile', 'names'],
      );
    }

    before(async function () {
      this.timeout(300_000);
      port = await new Promise<number>((resolve) => {
        const probe = createServer().listen(0, '127.0.0.1', () => {
          const { port } = probe.address() as { port: number };
          probe.close(() => resolve(port));
        });
      });
      server = new PostgresServer();
      await fs.writeFile(path.join(server.folder, 'names'), 'subjectAltName=DNS:localhost\n');
      certificates();
      const hba = 'local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n';
      await server.own('server.key', 0o600);
      await fs.writeFile(path.join(server.folder, 'data', 'pg_hba.conf'), hba);
      await server.start(
        [
          ...['listen_addresses=127.0.0.1', 'ssl=on'],
          ...[`ssl_cert_file=${server.folder}/server.pem`, `ssl_key_file=${server.folder}/server.key`],
        ],
        port,
      );
      await server.run('postgres', "alter user rap password 'a good word'");
    });
    after(() => server?.remove());

    /** @returns the number of the answer, or why there is none */
    async function asked(url: string, env: Record<string, string>): Promise<string> {
      try {
        const link = await Link.make(parseAddress(url, env));
        const [given] = await link.script('select 42 as answer');
        await link.close();
        return String(given?.rows[0]?.answer);
      } catch (thrown) {
        const { code, message } = thrown as { code: string; message: string };
        assert.doesNotMatch(JSON.stringify(thrown) + message, /good word|bad word/);
        return `${code} ${message}`;
      }
    }

    it('is used when certificate, host and password are right, each connection with the password of now', async () => {
      const passwords = path.join(folder(), 'password');
      const url = `postgres://rap@localhost:${port}/postgres?sslmode=verify-full`;
      const env = { RAP_LEDGER_CA_FILE: `${server.folder}/ours.pem`, RAP_LEDGER_PASSWORD_FILE: passwords };
      await fs.writeFile(passwords, 'bad word\n');
      assert.match(await asked(url, env), /^CONFIG_INVALID .*password authentication failed/);
      await fs.writeFile(passwords, '\uFEFFa good word\r\nmore\n');
      assert.equal(await asked(url, env), '42');
    });

    it('is not used when somebody else may be answering', async () => {
      const env = { RAP_LEDGER_PASSWORD: 'a good word' };
      const url = (host: string) => `postgres://rap@${host}:${port}/postgres?sslmode=verify-full`;
      const ca = (name: string) => ({ ...env, RAP_LEDGER_CA_FILE: `${server.folder}/${name}.pem` });
      assert.equal(await asked(url('localhost'), ca('ours')), '42');
      assert.match(await asked(url('localhost'), ca('other')), /^CONFIG_INVALID .*(certificate|signature)/);
      assert.match(await asked(url('localhost'), env), /^CONFIG_INVALID .*certificate/);
      assert.match(await asked(url('127.0.0.1'), ca('ours')), /^CONFIG_INVALID .*(altnames|127\.0\.0\.1)/);
      const none = { ...env, RAP_LEDGER_CA_FILE: path.join(folder(), 'none') };
      assert.match(await asked(url('localhost'), none), /^CONFIG_INVALID RAP_LEDGER_CA_FILE .*none/);
    });

    it('without TLS is refused by a server that wants it, in its words', async () => {
      const url = `postgres://rap@127.0.0.1:${port}/postgres?sslmode=disable`;
      assert.match(await asked(url, { RAP_LEDGER_PASSWORD: 'a good word' }), /^CONFIG_INVALID .*pg_hba/);
    });
  });
}
