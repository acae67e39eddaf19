/**
 * A new Ed25519 key pair in OpenSSH's format. ssh2's generator drops leading zero bytes of a public key, which spoils
 * one pair in 256; such a pair is thrown away.
 */
import { ssh2 } from '../../ssh/library.ts';

/** Bytes of an Ed25519 public key in SSH wire form: two lengths, the name, 32 bytes (RFC 8709, 4). */
const WIRE_BYTES = 4 + 11 + 4 + 32;

interface KeyCipher {
  /** OpenSSH's name, as 'aes256-ctr'. */
  cipher: string;
  passphrase: string;
  /** Rounds of bcrypt. */
  rounds: number;
}

/** `private`: OpenSSH's private key file, encrypted where a cipher is given. `public`: "ssh-ed25519 AAAA...". */
export function newEd25519Key(encryption?: KeyCipher): { private: string; public: string } {
  for (;;) {
    const pair =
      encryption === undefined
        ? ssh2.utils.generateKeyPairSync('ed25519')
        : ssh2.utils.generateKeyPairSync('ed25519', encryption as never);
    const parsed = ssh2.utils.parseKey(pair.public);
    if (!(parsed instanceof Error) && parsed.getPublicSSH().length === WIRE_BYTES) return pair;
  }
}
