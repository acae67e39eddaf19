/** Faults of the network, N01 to N13. */
import type { NamedFault } from './named.ts';

/** An SSH handshake and login take 1.5 to 4 kB from the server; a listing follows. */
const IN_KEY_EXCHANGE = 700;
const IN_FIRST_FILES = 60_000;

export const networkFaults: readonly NamedFault[] = [
  {
    name: 'N01',
    expected: ['CONNECT_REFUSED'],
    make: () => ({ refuse: true }),
  },
  {
    name: 'N02',
    expected: ['CONNECT_TIMEOUT'],
    note: 'On Linux; elsewhere connections may be refused instead.',
    make: () => ({ unanswered: true }),
  },
  {
    name: 'N03',
    expected: ['HANDSHAKE_TIMEOUT'],
    make: () => ({ line: { insteadOfServer: Buffer.alloc(0) } }),
  },
  {
    name: 'N04-garbage',
    expected: ['HANDSHAKE_FAILED'],
    make: () => ({ line: { insteadOfServer: Buffer.alloc(20_000, '\u0001garbage') } }),
  },
  {
    name: 'N04-slow',
    expected: ['HANDSHAKE_TIMEOUT'],
    make: () => ({ line: { rate: 1 } }),
  },
  {
    name: 'N05',
    expected: ['HANDSHAKE_FAILED'],
    make: () => ({ line: { after: { bytes: IN_KEY_EXCHANGE, what: 'reset' } } }),
  },
  {
    name: 'N06',
    expected: ['CONNECTION_LOST'],
    make: () => ({ loggedIn: (connection) => connection.cut() }),
  },
  {
    name: 'N07',
    expected: ['CONNECTION_LOST'],
    make: () => ({ line: { after: { bytes: IN_FIRST_FILES, what: 'reset' } } }),
  },
  {
    name: 'N08',
    expected: ['STALLED', 'REQUEST_TIMEOUT'],
    make: () => ({ line: { after: { bytes: IN_FIRST_FILES, what: 'silence' } } }),
  },
  {
    name: 'N09',
    expected: ['right'],
    make: () => ({ line: { rate: 3750 } }),
  },
  {
    name: 'N10',
    expected: ['right'],
    make: () => ({ line: { sliceBytes: 536 } }),
  },
  {
    name: 'N11',
    expected: ['CONNECTION_LOST'],
    make: () => ({ line: { after: { bytes: IN_FIRST_FILES, what: 'half-close' } } }),
  },
  {
    name: 'N12',
    expected: ['CONNECT_REFUSED'],
    note: 'Never crosses to the secondary by itself.',
    make: () => ({ refuse: true, meets: ({ dataCentre }) => dataCentre === 'primary' }),
  },
  {
    name: 'N13',
    expected: ['right'],
    note: 'By way of the second address.',
    make: () => ({ line: { insteadOfServer: Buffer.alloc(0) }, meets: ({ number }) => number === 1 }),
  },
];
