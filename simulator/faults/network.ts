/** Faults of the network, N01 to N13. */
import type { NamedFault } from './named.ts';

/** An SSH handshake and login take 1.5 to 4 kB from the server; a listing follows. */
const IN_KEY_EXCHANGE = 700;
const IN_FIRST_FILES = 60_000;

export const networkFaults: readonly NamedFault[] = [
  {
    name: 'N01',
    title: 'Every address refuses connections',
    expected: ['CONNECT_REFUSED'],
    make: () => ({ refuse: true }),
  },
  {
    name: 'N02',
    title: 'No address answers a SYN, as behind a firewall that drops packets',
    expected: ['CONNECT_TIMEOUT'],
    note: 'On Linux; elsewhere connections may be refused instead.',
    make: () => ({ unanswered: true }),
  },
  {
    name: 'N03',
    title: 'Connections are accepted, the greeting never comes',
    expected: ['HANDSHAKE_TIMEOUT'],
    make: () => ({ line: { insteadOfServer: Buffer.alloc(0) } }),
  },
  {
    name: 'N04-garbage',
    title: 'The greeting is garbage without end of line',
    expected: ['HANDSHAKE_FAILED'],
    make: () => ({ line: { insteadOfServer: Buffer.alloc(20_000, '\u0001garbage') } }),
  },
  {
    name: 'N04-slow',
    title: 'The greeting comes at one byte a second',
    expected: ['HANDSHAKE_TIMEOUT'],
    make: () => ({ line: { rate: 1 } }),
  },
  {
    name: 'N05',
    title: 'The line is cut in the key exchange',
    expected: ['HANDSHAKE_FAILED'],
    make: () => ({ line: { after: { bytes: IN_KEY_EXCHANGE, what: 'reset' } } }),
  },
  {
    name: 'N06',
    title: 'The line is cut right after the login',
    expected: ['CONNECTION_LOST'],
    make: () => ({ loggedIn: (connection) => connection.cut() }),
  },
  {
    name: 'N07',
    title: 'The line is reset in the middle of the files',
    expected: ['CONNECTION_LOST'],
    make: () => ({ line: { after: { bytes: IN_FIRST_FILES, what: 'reset' } } }),
  },
  {
    name: 'N08',
    title: 'The line goes dead in the middle of the files, without a word',
    expected: ['STALLED', 'REQUEST_TIMEOUT'],
    make: () => ({ line: { after: { bytes: IN_FIRST_FILES, what: 'silence' } } }),
  },
  {
    name: 'N09',
    title: 'The line carries 30 kbit a second',
    expected: ['right'],
    make: () => ({ line: { rate: 3750 } }),
  },
  {
    name: 'N10',
    title: 'Everything comes in packets of 536 bytes',
    expected: ['right'],
    make: () => ({ line: { sliceBytes: 536 } }),
  },
  {
    name: 'N11',
    title: 'The server closes its direction in the middle of the files',
    expected: ['CONNECTION_LOST'],
    make: () => ({ line: { after: { bytes: IN_FIRST_FILES, what: 'half-close' } } }),
  },
  {
    name: 'N12',
    title: 'Both addresses of the primary data centre refuse connections',
    expected: ['CONNECT_REFUSED'],
    note: 'Never crosses to the secondary by itself.',
    make: () => ({ refuse: true, meets: ({ dataCentre }) => dataCentre === 'primary' }),
  },
  {
    name: 'N13',
    title: 'The first address of each data centre accepts connections and never speaks',
    expected: ['right'],
    note: 'By way of the second address.',
    make: () => ({ line: { insteadOfServer: Buffer.alloc(0) }, meets: ({ number }) => number === 1 }),
  },
];
