/** Who may read health and metrics. */
import assert from 'node:assert/strict';
import { mayRead } from '../../../lib/watch/access.ts';

const token = 'a-token-of-thirty-letters-12345';
const host = '127.0.0.1:1880';
const bearer = { authorization: `Bearer ${token}` };

describe('access to health and metrics', () => {
  it('is open to programs of this machine', () => {
    for (const peer of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
      assert.ok(mayRead({ peer, headers: { host } }, ''), peer);
    }
    for (const name of ['localhost:1880', '[::1]:1880', 'LOCALHOST']) {
      assert.ok(mayRead({ peer: '::1', headers: { host: name } }, token), name);
    }
  });

  it('is open from anywhere to who has the token', () => {
    assert.ok(mayRead({ peer: '10.1.2.3', headers: { host: 'rap.firm.example', ...bearer } }, token));
    assert.ok(mayRead({ peer: '127.0.0.1', headers: { 'x-forwarded-for': '10.1.2.3', ...bearer } }, token));
    assert.ok(mayRead({ peer: '10.1.2.3', headers: { authorization: `bearer  ${token} ` } }, token));
  });

  it('is closed to others', () => {
    const closed: [string, string | undefined, Record<string, string>, string?][] = [
      ['another machine', '10.1.2.3', { host }],
      ['an address that only looks like loopback', '127.0.0.1.evil.example', { host }],
      ['no peer', undefined, { host }],
      ['another machine that says it is forwarded', '10.1.2.3', { host, 'x-forwarded-for': '127.0.0.1' }],
      ['a name that points here', '127.0.0.1', { host: 'evil.example:1880' }],
      ['a page of another site', '127.0.0.1', { host, origin: 'http://evil.example' }],
      ['no host', '127.0.0.1', {}],
      ['a wrong token', '10.1.2.3', { authorization: 'Bearer x' }],
      ['a wrong token on this machine', '127.0.0.1', { host, authorization: 'Bearer x' }],
      ['half a token', '10.1.2.3', { authorization: `Bearer ${token.slice(0, -1)}` }],
      ['the token as a password', '10.1.2.3', { authorization: `Basic ${btoa(`:${token}`)}` }],
      ['an empty token where none is set', '10.1.2.3', { authorization: 'Bearer ' }, ''],
      ['no token at all where none is set', '10.1.2.3', { authorization: '' }, ''],
    ];
    for (const [what, peer, headers, set = token] of closed) {
      assert.ok(!mayRead({ peer, headers }, set), what);
    }
    const ofProxies = ['X-Forwarded-For', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'via'];
    for (const name of [...ofProxies, 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip']) {
      assert.ok(!mayRead({ peer: '127.0.0.1', headers: { host, [name]: '127.0.0.1' } }, token), name);
    }
  });
});
