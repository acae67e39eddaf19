import assert from 'node:assert/strict';
import { isOfThisMachine } from '../../../lib/net/own-pages.ts';

describe('A request to a server on loopback', () => {
  const own: [string, string?][] = [
    ['127.0.0.1:1880'],
    ['localhost'],
    ['LocalHost:1881', 'http://localhost:1881'],
    ['[::1]:1880', 'http://[::1]:1880'],
    ['127.243.2.141:1880'],
  ];
  const foreign: [string | undefined, string?][] = [
    [undefined],
    [''],
    ['elsewhere.example'],
    ['127.0.0.1.elsewhere.example:1880'],
    ['localhost.elsewhere.example'],
    ['10.0.0.1:1880'],
    ['127.0.0.1:1880', 'http://elsewhere.example'],
    ['127.0.0.1:1880', 'http://127.0.0.1:8080'],
    ['127.0.0.1:1880', 'https://127.0.0.1:1880'],
    ['127.0.0.1:1880', 'null'],
    ['localhost@elsewhere.example'],
  ];
  for (const [host, origin] of own) {
    it(`for ${host} from ${origin ?? 'no page'} is of this machine`, () =>
      assert.equal(isOfThisMachine({ host, origin }), true));
  }
  for (const [host, origin] of foreign) {
    it(`for ${host} from ${origin ?? 'no page'} is not`, () =>
      assert.equal(isOfThisMachine({ host, origin }), false));
  }
});
