import assert from 'node:assert/strict';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { isAllowed, parseContacts, recipientsOf } from '../../../lib/mail/config.ts';
import { someContacts } from './samples.ts';

const smtp = { host: 'relay.broker.example', port: 587, from: 'rap@broker.example' };

function refused(value: unknown, message: RegExp): void {
  assert.throws(
    () => parseContacts(value),
    (error) => {
      assert.ok(error instanceof RapError);
      assert.equal(error.code, 'MAIL_CONFIG');
      assert.match(error.message, message);
      return true;
    },
  );
}

describe('parseContacts', () => {
  it('asks for TLS and allows the domain of the sender only, unless told otherwise', () => {
    assert.deepEqual(parseContacts({ smtp }), {
      smtp: {
        host: 'relay.broker.example',
        port: 587,
        secure: false,
        requireTls: true,
        from: { name: '', address: 'rap@broker.example' },
      },
      allowedDomains: ['broker.example'],
      second: {},
      escalation: { minutes: 30, reminders: 3, groups: [], restHours: 24 },
      windows: [],
      contacts: [],
      desk: '',
      language: 'en',
    });
  });

  it('reads a sender with a name', () => {
    const { from } = someContacts().smtp;
    assert.deepEqual(from, { name: 'RAP Ops', address: 'rap@broker.example' });
  });

  const wrong: [string, unknown, RegExp][] = [
    ['nothing', undefined, /settings/],
    ['no host', { smtp: { ...smtp, host: '' } }, /smtp\.host must be a host name/],
    ['a host with a line break', { smtp: { ...smtp, host: 'a\r\nb' } }, /smtp\.host/],
    ['a port that is no port', { smtp: { ...smtp, port: 70_000 } }, /smtp\.port/],
    ['no port', { smtp: { ...smtp, port: Number.NaN } }, /smtp\.port/],
    ['a sender that is no address', { smtp: { ...smtp, from: 'RAP' } }, /smtp\.from must be an address/],
    ['a sender with a header in it', { smtp: { ...smtp, from: 'x\r\nBcc: y <a@b.example>' } }, /smtp\.from/],
    [
      'a webhook that others can read',
      { smtp, second: { webhook: { url: 'http://hooks.broker.example/rap' } } },
      /second\.webhook\.url must be https/,
    ],
    [
      'a webhook with a password in it',
      { smtp, second: { webhook: { url: 'https://a:b@hooks.broker.example/' } } },
      /second\.webhook\.url/,
    ],
    [
      'a readable password to the second relay',
      { smtp, second: { relay: { ...smtp, requireTls: false, user: 'u', password: 'p' } } },
      /second\.relay\.requireTls/,
    ],
    [
      'an escalation to nobody',
      { smtp, escalation: { groups: ['night'] } },
      /escalation: nobody is in the group "night"/,
    ],
    [
      'a window that ends before it begins',
      { smtp, windows: [{ beginsAt: 2, endsAt: 1, what: 'all', reason: 'typhoon' }] },
      /maintenance window 1: ends before it begins/,
    ],
    [
      'a window without an end in sight',
      { smtp, windows: [{ beginsAt: 0, endsAt: 15 * 86_400_000, what: 'all', reason: 'typhoon' }] },
      /longer than 14 days/,
    ],
    [
      'a window that would mute what must be told',
      { smtp, windows: [{ beginsAt: 0, endsAt: 1, what: 'HOST_KEY_MISMATCH', reason: 'new keys' }] },
      /what must be one of connection, reports, shares, all/,
    ],
    ['two senders', { smtp: { ...smtp, from: 'a@b.example, c@d.example' } }, /smtp\.from/],
    [
      'a recipient elsewhere',
      { smtp, contacts: [{ name: 'E', email: 'eve@elsewhere.example' }] },
      /contact 1: eve@elsewhere\.example is outside the allowed domains \(broker\.example\)/,
    ],
    [
      'a recipient in a sub-domain nobody named',
      { smtp, contacts: [{ email: 'eve@x.broker.example' }] },
      /contact 1: .*outside/,
    ],
    [
      'a quoted local part',
      { smtp, contacts: [{ email: '"a@elsewhere b"@broker.example' }] },
      /contact 1: email/,
    ],
    ['a percent route', { smtp, contacts: [{ email: 'eve%elsewhere@broker.example' }] }, /contact 1: email/],
    ['a bang route', { smtp, contacts: [{ email: 'elsewhere!eve@broker.example' }] }, /contact 1: email/],
    ['a route', { smtp, contacts: [{ email: '@a,@b:c@broker.example' }] }, /contact 1: email/],
    [
      'a list in one field',
      { smtp, contacts: [{ email: 'a@broker.example,b@c.example' }] },
      /contact 1: email/,
    ],
    ['an address with a header', { smtp, contacts: [{ email: 'a@broker.example\r\nBcc: x' }] }, /email/],
    ['a name with a line break', { smtp, contacts: [{ name: 'A\nB', email: 'a@broker.example' }] }, /name/],
    ['a domain that is none', { smtp, allowedDomains: ['ok.example', '*'] }, /allowedDomains 2/],
    ['a language nobody wrote', { smtp, language: 'fr' }, /language must be one of en, zh-Hant, zh-Hans/],
    [
      'a password in the clear',
      { smtp: { ...smtp, requireTls: false, user: 'u', password: 'p' } },
      /requireTls must be on/,
    ],
  ];
  for (const [what, value, message] of wrong) it(`refuses ${what}`, () => refused(value, message));

  it('lets a password go to a relay on this very machine', () => {
    const config = parseContacts({
      smtp: { ...smtp, host: '127.0.0.1', requireTls: false, user: 'u', password: 'p' },
    });
    assert.equal(config.smtp.user, 'u');
  });
});

describe('recipientsOf', () => {
  const config = someContacts();

  it('gives the people of the groups, each once, whatever the case of the name', () => {
    assert.deepEqual(recipientsOf(config, ['OPS', 'risk']), ['ada@broker.example', 'bo@broker.example']);
    assert.equal(recipientsOf(config, []).length, 3);
    const twice = someContacts(
      {},
      { contacts: [{ email: 'a@broker.example' }, { email: 'A@broker.example' }] },
    );
    assert.equal(recipientsOf(twice, []).length, 1);
  });

  it('says so when nobody would be told', () => {
    assert.throws(() => recipientsOf(config, ['ops', 'night']), {
      code: 'MAIL_CONFIG',
      message: /group "night"/,
    });
    assert.throws(() => recipientsOf(someContacts({}, { contacts: [] }), []), { code: 'MAIL_CONFIG' });
  });

  it('knows an address of an allowed domain from another', () => {
    assert.equal(isAllowed(config, 'x@Broker.Example'), true);
    for (const email of ['x@broker.example.evil', 'x@evil', '"x"@broker.example', 'broker.example', ''])
      assert.equal(isAllowed(config, email), false, email);
  });
});
