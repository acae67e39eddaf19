import assert from 'node:assert/strict';
import { parseAccount } from '../../../lib/rap/account-config.ts';
import { atSimulator } from '../../../lib/rap/simulator-places.ts';

const fingerprint = `SHA256:${'a'.repeat(43)}`;
const account = (host: string) =>
  parseAccount({
    ...{ name: 'a', installation: 'hkscc', user: 'U' },
    addresses: { primary: [`${host}:18801`, '127.243.2.142:18801'], secondary: [] },
    pins: [{ host, port: 18801, fingerprint }],
  });

describe('The demo on free ports', () => {
  it('leads the addresses of the flows, and what is trusted there, to where the simulator listens', () => {
    const led = atSimulator(
      account('127.243.2.141'),
      '127.243.2.141:18801=127.0.0.1:40001 127.243.66.141:18801=127.0.0.1:40003\n',
    );
    assert.deepEqual(led.addresses.primary, [
      { host: '127.0.0.1', port: 40001 },
      { host: '127.243.2.142', port: 18801 },
    ]);
    assert.deepEqual(led.pins, [{ host: '127.0.0.1', port: 40001, fingerprint }]);
  });

  it('never leads an address of the exchange anywhere, nor one of this machine to another', () => {
    const real = account('10.243.2.141');
    assert.deepEqual(atSimulator(real, '10.243.2.141:18801=127.0.0.1:1'), real);
    const own = account('127.243.2.141');
    for (const places of [
      undefined,
      '',
      ' ',
      'nonsense',
      '127.243.2.141:18801=10.1.1.1:22',
      '127.243.2.141:18801',
    ]) {
      assert.deepEqual(atSimulator(own, places), own, String(places));
    }
  });
});
