/** What a relay says before the first mail, and how it is greeted: each fault has its own code and words. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { ErrorCode } from '../../../lib/errors/codes.ts';
import { smtpTransport } from '../../../lib/mail/relay.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { aCertificate } from '../../support/certificate.ts';
import { startRelay } from './relay-fixture.ts';
import { someContacts } from './samples.ts';

const envelope = { from: 'rap@broker.example', to: ['desk@broker.example'] };
const message = Buffer.from('Subject: x\r\n\r\nx\r\n');

/** A relay of raw lines: what it answers to each command, by the command's first word. */
async function scripted(
  answers: Record<string, string>,
  work: (port: number, heard: string[]) => Promise<void>,
) {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.write('220 relay.example ESMTP\r\n');
    let inBody = false;
    socket.on('data', (data) => {
      for (const line of data.toString('latin1').split('\r\n').filter(Boolean)) {
        heard.push(line);
        if (inBody && line !== '.') continue;
        const word = inBody ? '.' : (line.split(' ')[0] ?? '').toUpperCase();
        inBody = word === 'DATA';
        socket.write(`${answers[word] ?? (word === 'DATA' ? '354 go' : '250 2.0.0 ok')}\r\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work((server.address() as AddressInfo).port, heard);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const allowedDomains = ['broker.example'];
const send = (smtp: object) =>
  smtpTransport(someContacts(smtp, { allowedDomains }).smtp, realClock).send(envelope, message);

describe('Greeting a relay', () => {
  for (const [title, smtp, name] of [
    ['with the domain of the sender', {}, 'broker.example'],
    ['with the domain of another sender', { from: 'ops@HK.broker.example' }, 'hk.broker.example'],
    ['with the name of the settings', { greeting: 'rap01.broker.example' }, 'rap01.broker.example'],
  ] as const) {
    it(`is done ${title}`, () =>
      scripted({}, async (port, heard) => {
        assert.equal((await send({ port, ...smtp })).kind, 'accepted');
        assert.deepEqual(
          heard.filter((line) => /^(EHLO|HELO)/.test(line)),
          [`EHLO ${name}`],
        );
      }));
  }

  it('refuses a greeting that is no host name, in words that name the field', () => {
    assert.throws(() => someContacts({ greeting: 'rap ops' }), /smtp\.greeting must be a host name/);
  });
});

describe('A relay that asks for a login of another kind', () => {
  const login = { user: 'rap', password: 'Secret-77!' };
  const cases: [string, string, ErrorCode, RegExp][] = [
    ['none', '250-relay.example\r\n250 SIZE 1000000', 'MAIL_NO_LOGIN', /offers no login/],
    ['NTLM only', '250-relay.example\r\n250-AUTH NTLM\r\n250 SIZE 1', 'MAIL_LOGIN_METHOD', /NTLM/],
    ['GSSAPI and NTLM', '250-relay.example\r\n250 AUTH GSSAPI NTLM', 'MAIL_LOGIN_METHOD', /GSSAPI NTLM/],
    ['XOAUTH2 only', '250-relay.example\r\n250-AUTH=XOAUTH2\r\n250 HELP', 'MAIL_LOGIN_METHOD', /XOAUTH2/],
  ];
  for (const [title, ehlo, code, words] of cases) {
    it(`${title}: ${code}, and the password does not leave`, () =>
      scripted({ EHLO: ehlo }, async (port, heard) => {
        const answer = await send({ port, ...login });
        assert.equal(answer.kind === 'unreachable' && answer.code, code);
        assert.match(answer.response, words);
        assert.ok(!heard.some((line) => line.startsWith('AUTH')), heard.join('\n'));
      }));
  }

  for (const offer of ['AUTH LOGIN PLAIN', 'AUTH NTLM LOGIN', 'AUTH=PLAIN', 'auth plain login']) {
    it(`is logged in to where it offers ${offer}`, () =>
      scripted({ EHLO: `250-relay.example\r\n250 ${offer}`, AUTH: '535 5.7.8 no' }, async (port) => {
        assert.equal((await send({ port, ...login })).kind, 'login');
      }));
  }
});

describe('A relay that wants TLS where none is set', () => {
  const login = { user: 'rap', password: 'Secret-77!' };
  const first = '250-relay.example\r\n250-STARTTLS\r\n250 SIZE 100000';
  const both = '250-relay.example\r\n250-STARTTLS\r\n250 AUTH PLAIN';
  const cases: [string, Record<string, string>, object, string][] = [
    ['offers a login only after STARTTLS', { EHLO: first }, login, 'MAIL_NO_TLS'],
    [
      'refuses a plain login with 538',
      { EHLO: both, AUTH: '538 5.7.11 Encryption required' },
      login,
      'MAIL_NO_TLS',
    ],
    [
      'refuses a mail with 530',
      { EHLO: first, MAIL: '530 5.7.0 Must issue STARTTLS first' },
      {},
      'MAIL_NO_TLS',
    ],
    [
      'refuses a mail without a login with 530',
      { EHLO: both, MAIL: '530 5.7.0 Authentication required' },
      {},
      'login',
    ],
    ['refuses a password with 535', { EHLO: both, AUTH: '535 5.7.8 no' }, login, 'login'],
  ];
  for (const [title, answers, smtp, told] of cases) {
    it(`and ${title}: ${told}`, () =>
      scripted(answers, async (port, heard) => {
        const answer = await send({ port, ...smtp });
        assert.equal(answer.kind === 'unreachable' ? answer.code : answer.kind, told, answer.response);
        if (!Object.hasOwn(answers, 'AUTH')) assert.ok(!heard.some((line) => line.startsWith('AUTH')));
      }));
  }
});

describe('What a relay echoes', () => {
  const user = 'rap';
  const password = 'Pa ss+w0rd/é';
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const echoes = {
    plainly: `535 wrong password ${password} for rap`,
    'as AUTH PLAIN': `535 5.7.8 AUTH PLAIN ${base64(`\0${user}\0${password}`)} refused`,
    'as AUTH PLAIN with an identity': `535 [${base64(`someone\0${user}\0${password}`)}]`,
    'as AUTH LOGIN': `535 ${base64(user)} ${base64(password)}`,
    'for a URL': `535 see https://relay.example/?p=${encodeURIComponent(password)}`,
    'in hexadecimal': `535 ${Buffer.from(password).toString('hex')}`,
  };
  for (const [title, said] of Object.entries(echoes)) {
    it(`of our password ${title} is blotted out`, () =>
      scripted({ EHLO: '250-relay.example\r\n250 AUTH PLAIN', AUTH: said }, async (port) => {
        const { response } = await send({ port, user, password });
        assert.match(response, /^535 .*\*\*\*/);
        for (const form of [password, base64(password).slice(2, -4), encodeURIComponent(password)]) {
          assert.ok(!response.includes(form), response);
        }
      }));
  }

  it('cannot steer a terminal or a table: control characters and line ends are gone', () =>
    scripted({ RCPT: '550-5.1.1 \u001b[31mno\u0007\r\n550 5.1.1 such\u0000user' }, async (port) => {
      const answer = await send({ port });
      assert.equal(answer.kind, 'refused');
      assert.match(answer.response, /^550/);
      assert.ok(!/\p{Cc}/u.test(JSON.stringify(answer).replaceAll('\\n', '\n')), JSON.stringify(answer));
    }));
});

/** Bits of an RSA key that this Node.js refuses: its release 22 takes 1024. */
const TOO_SHORT = Number.parseInt(process.versions.node, 10) < 24 ? 768 : 1024;

describe('The certificate of a relay', () => {
  const tls = async (pair: { key: string; cert: string }, smtp: object) => {
    const relay = await startRelay({
      options: { ...pair, ciphers: 'DEFAULT@SECLEVEL=0', disabledCommands: ['AUTH'] },
    });
    try {
      return await send({ port: relay.port, requireTls: true, ...smtp });
    } finally {
      await relay.close();
    }
  };

  for (const [title, options, words] of [
    ['of nobody we know', {}, /self-signed certificate/],
    [
      'made out to another name',
      { name: 'DNS:mail.broker.example', trusted: true },
      /does not match certificate/,
    ],
    ['that has expired', { expired: true, trusted: true }, /expired/],
    ['with a key that is too short', { bits: TOO_SHORT, trusted: true }, /key too weak/],
  ] as const) {
    it(`${title} is MAIL_CERTIFICATE`, async () => {
      const { trusted = false, ...made } = options as { trusted?: boolean };
      const pair = aCertificate(made);
      const answer = await tls(pair, trusted ? { ca: pair.cert } : {});
      assert.deepEqual(
        [answer.kind, answer.kind === 'unreachable' && answer.code],
        ['unreachable', 'MAIL_CERTIFICATE'],
      );
      assert.match(answer.response, words);
    });
  }

  it('is taken when the settings hold its authority', async () => {
    const pair = aCertificate();
    assert.equal((await tls(pair, { ca: pair.cert })).kind, 'accepted');
  });

  it('is not reached where the relay speaks plainly on a port for TLS: MAIL_NO_TLS', () =>
    scripted({}, async (port) => {
      const answer = await send({ port, secure: true });
      assert.equal(answer.kind === 'unreachable' && answer.code, 'MAIL_NO_TLS');
    }));
});
