/** Whom a proxy may name: the header and the addresses, as they are set and as they come in a request. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { holds, isOwnOrigin, plainAddress, signedOn } from '../../nodes/desk/rights.ts';
import { signOnSettings } from '../../nodes/live/sign-on.ts';

const asked = (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage;

describe('sign-on by a proxy', () => {
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
      [{ host, origin: 'https://rap.example' }, false],
      [{ host, origin: 'null' }, false],
      [{ host, origin: 'no address' }, false],
      [{ host, origin: `https://${host}`, 'sec-fetch-site': 'cross-site' }, false],
      [{ host, origin: 'https://elsewhere.example', authorization: 'Bearer x' }, false],
    ];
    for (const [headers, is] of table) assert.equal(isOwnOrigin(asked(headers)), is, JSON.stringify(headers));
  });
});
