/**
 * Key exchanges after the first. ssh2 1.17 ends a session over any other message while keys are renewed. That is
 * right for the first exchange (strict key exchange, OpenSSH's PROTOCOL 1.10), but in later ones IGNORE and DEBUG
 * are allowed (RFC 4253, 7.1), and servers say more than they should: AsyncSSH 2.10 sends IGNORE before every packet and
 * goes on with the data of its channels. All of it is encrypted and authenticated with the keys in force, so it
 * is taken as OpenSSH's client takes it.
 */
import type { Client } from 'ssh2';

const IGNORE = 2;
const DEBUG = 4;
/** The lowest number of the connection protocol: channels and what they carry (RFC 4250, 4.1.2). */
const CONNECTION = 80;

type PayloadHandler = (payload: Buffer) => unknown;

/** The part of ssh2 through which decrypted messages pass; not in its typings. */
interface ProtocolParts {
  _protocol: { _onPayload: PayloadHandler; _decipher: { _onPayload: PayloadHandler } };
}

/**
 * Lets a server say what does not belong to a key exchange during each but the first, which stays as strict as
 * it was. To be called before connecting.
 */
export function allowMessagesInRekey(client: Client): void {
  // Each exchange ends with a new decipher; in the next one ssh2 puts another taker into it.
  client.on('handshake', ({ sc }) => {
    if (sc.compress !== 'none') return; // the first byte would not be the kind of the message
    const { _protocol: protocol } = client as unknown as ProtocolParts;
    const sorted = (taker: PayloadHandler) => (payload: Buffer) => {
      const kind = payload[0] ?? 0;
      if (kind === IGNORE || kind === DEBUG) return undefined;
      return kind >= CONNECTION ? protocol._onPayload(payload) : taker(payload);
    };
    let current = sorted(protocol._decipher._onPayload);
    Object.defineProperty(protocol._decipher, '_onPayload', {
      get: () => current,
      set: (taker: PayloadHandler) => {
        current = sorted(taker);
      },
    });
  });
}
