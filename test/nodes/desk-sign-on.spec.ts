/** Whom a proxy may name: the header and the addresses, as they are set and as they come in a request. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { plainAddress } from '../../lib/net/plain-address.ts';
import { holds, isOwnOrigin, signedOn } from '../../nodes/desk/rights.ts';
import { isSecure } from '../../nodes/desk/session.ts';
import { signOnSettings } from '../../nodes/live/sign-on.ts';

const asked = (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
  ({
    ...{ headers, socket: { remoteAddress } },
    rawHeaders: Object.entries(headers).flat(),
  }) as unknown as IncomingMessage;

describe('sign-on by a proxy', () => {
  it('reads a name as it was written, in UTF-8 or in Latin-1', () => {
    const signOn = { header: 'x-remote-user', proxies: ['127.0.0.1'] };
    const sent = (bytes: Buffer) => signedOn(asked({ 'x-remote-user': bytes.toString('latin1') }), signOn);
    for (const name of ['陳大文', 'Zoë', 'ada', 'Łukasz ✓']) assert.equal(sent(Buffer.from(name)), name);
    assert.equal(sent(Buffer.from('Zoë', 'latin1')), 'Zoë');
    // A comma of another writing is one all the same once it is read; no name of the list has one.
    assert.equal(sent(Buffer.from('ada, bo')), 'forged');
  });

  it('marks the cookie where the browser speaks TLS to the first of all proxies', () => {
    const secure = (proto?: string) =>
      isSecure(asked(proto === undefined ? {} : { 'x-forwarded-proto': proto }));
    for (const proto of ['https', 'HTTPS', 'https, http', 'https,https', ' https ,http'])
      assert.equal(secure(proto), true, proto);
    for (const proto of [undefined, '', 'http', 'http, https', 'xhttps'])
      assert.equal(secure(proto), false, proto);
  });

  it('takes a header of its own and addresses, both or neither', () => {
    const set = (header?: string, proxies?: string) =>
      signOnSettings({ RAP_SSO_HEADER: header, RAP_SSO_PROXIES: proxies });
    assert.deepEqual(set(), { problems: [] });
    assert.deepEqual(set('X-Remote-User', '10.1.2.3, ::1').signOn, {
      header: 'X-Remote-User',
      proxies: ['10.1.2.3', '::1'],
    });
    for (const [header, proxies] of [
      ['X-Remote-User', ''],
      ['', '10.1.2.3'],
      ['X-Remote-User', '10.1.2.3 proxy.example'],
      ['X-Remote-User', '10.1.2.0/24'],
      ['X Remote User', '10.1.2.3'],
      ['Authorization', '10.1.2.3'],
      ['Cookie', '10.1.2.3'],
      ['X-Forwarded-For', '10.1.2.3'],
      ['From', '10.1.2.3'],
      ['Proxy-Authorization', '10.1.2.3'],
      ['If-Modified-Since', '10.1.2.3'],
      ['Accept', '10.1.2.3'],
      ['X-Rap-Desk', '10.1.2.3'],
      ['X-Remote-User', '0.0.0.0'],
      ['X-Remote-User', '10.1.2.3, 0:0::0'],
      ['X-Remote-User', '10.1.2'],
      ['X-Remote-User', '10.1.2.3.4'],
      ['X-Remote-User', '10.1.2.3:8080'],
    ]) {
      const { signOn, problems } = set(header, proxies);
      assert.equal(signOn, undefined, `${header} ${proxies}`);
      assert.ok(problems.length > 0);
    }
  });

  it('believes the address of the connection alone', () => {
    const signOn = { header: 'x-remote-user', proxies: ['10.1.2.3', '::1'].map(plainAddress) };
    const from = (address: string, name = 'ada', more = {}) =>
      signedOn(asked({ 'x-remote-user': name, ...more }, address), signOn);
    assert.equal(from('10.1.2.3'), 'ada');
    assert.equal(from('::ffff:10.1.2.3'), 'ada');
    assert.equal(from('::1'), 'ada');
    for (const address of ['10.1.2.30', '127.0.0.1', '', '::ffff:10.1.2.4']) {
      assert.equal(from(address, 'ada', { 'x-forwarded-for': '10.1.2.3' }), 'forged', address);
    }
    for (const name of ['', ' ', 'rita, ada', ',ada', 'x'.repeat(300)]) {
      assert.equal(from('10.1.2.3', name), 'forged', name);
    }
    assert.equal(signedOn(asked({}, '10.1.2.3'), signOn), undefined);
  });

  it('knows a proxy by every spelling of its address', () => {
    const table: [typed: string, met: string, same: boolean][] = [
      ['0:0:0:0:0:0:0:1', '::1', true],
      ['::ffff:7f00:1', '127.0.0.1', true],
      ['::FFFF:10.1.2.3', '10.1.2.3', true],
      ['10.1.2.3', '::ffff:a01:203', true],
      ['FE80::0001%eth0', 'fe80::1%eth0', true],
      ['fe80::1%eth0', 'fe80::1%eth1', false],
      ['::a01:203', '10.1.2.3', false],
      ['::1', '127.0.0.1', false],
    ];
    for (const [typed, met, same] of table) {
      assert.equal(plainAddress(typed) === plainAddress(met), same, `${typed} ${met}`);
    }
  });

  it('takes no header that came twice, also one of which only the first is seen', () => {
    const signOn = { header: 'x-remote-user', proxies: ['10.1.2.3'] };
    const twice = asked({ 'x-remote-user': 'ada' }, '10.1.2.3');
    twice.rawHeaders.push('X-REMOTE-User', 'rita');
    assert.equal(signedOn(twice, signOn), 'forged');
    const value = asked({ 'x-remote-user': 'ada', other: 'x-remote-user' }, '10.1.2.3');
    assert.equal(signedOn(value, signOn), 'ada');
  });

  it('reads rights as Node-RED does', () => {
    const table: [scope: string | string[], permission: string, may: boolean][] = [
      ['*', 'rap-ops.write', true],
      ['read', 'rap-ops.read', true],
      ['read', 'rap-ops.write', false],
      ['*.read', 'rap-ops.read', true],
      ['write', 'rap-ops.write', true],
      [['read', 'rap-ops.write'], 'rap-ops.write', true],
      [['read', 'rap-ops.write'], 'flows.write', false],
      [[], 'rap-ops.read', false],
      ['', 'rap-ops.read', false],
    ];
    for (const [scope, permission, may] of table) {
      assert.equal(holds(scope, permission), may, `${scope} ${permission}`);
    }
  });

  it('takes what changes something from its own address only', () => {
    const host = 'rap.example:8443';
    const table: [headers: Record<string, string>, is: boolean][] = [
      [{ host, origin: `https://${host}` }, true],
      [{ host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }, true],
      [{ host, authorization: 'Bearer x' }, true],
      [{ host }, false],
      [{ host, authorization: 'Basic eDp5' }, false],
      [{ host, authorization: 'Negotiate YII' }, false],
      [{ host, authorization: 'Bearerx' }, false],
      [{ host, origin: 'https://rap.example' }, false],
      [{ host, origin: 'null' }, false],
      [{ host, origin: 'no address' }, false],
      [{ host, origin: `https://${host}`, 'sec-fetch-site': 'cross-site' }, false],
      [{ host, origin: 'https://elsewhere.example', authorization: 'Bearer x' }, false],
    ];
    for (const [headers, is] of table) assert.equal(isOwnOrigin(asked(headers)), is, JSON.stringify(headers));
  });
});
