/** Host keys as servers, programs and letters show them. */
import { ascii, fault, type Reader, type Reading, tidy } from './cell.ts';

/** What a cell says of a host key: its fingerprint, or the key itself, whose fingerprint is still to be taken. */
export type HostKeyCell =
  | {
      fingerprint: string;
      /** Where the cell names it: 'ssh-ed25519'. */
      type?: string;
    }
  | {
      type: string;
      /** The key in SSH wire form, base64. */
      key: string;
      /** The host names in front of it, as a known_hosts file has them; [] where there are none. */
      names: string[];
    };

const TYPE = /^(ssh-(rsa|dss|ed25519|ed448)|ecdsa-sha2-nistp(256|384|521)|sk-[\w-]+@openssh\.com)$/;

/** 43 characters of base64 are the 32 bytes of SHA-256; nothing that belongs to it stands before or behind them. */
const FINGERPRINT = /(?<![A-Za-z0-9+/=])(?:SHA-?256:?\s?)?([A-Za-z0-9+/]{43})=?(?![A-Za-z0-9+/=])/gi;
const HEX = /(?<![0-9a-f:])((?:[0-9a-f]{2}:){31}[0-9a-f]{2}|[0-9a-f]{64})(?![0-9a-f:])/gi;
const MD5 = /MD5|(?<![0-9a-f:])((?:[0-9a-f]{2}:){15}[0-9a-f]{2}|[0-9a-f]{32})(?![0-9a-f:])/i;

/**
 * The SHA-256 fingerprint alone or inside what "ssh-keygen -lf", WinSCP, PuTTY or a letter say around it, wrapped over
 * lines or not; or a key from a .pub file, from known_hosts or from ssh-keyscan. Several keys, revoked keys and
 * authorities are refused, and so are MD5 and SHA-1, which do not hold.
 */
export const readHostKey: Reader<HostKeyCell> = (text) => {
  const cell = ascii(tidy(text));
  // Never shown again: it may be somebody's private key.
  if (/PRIVATE KEY|PuTTY-User-Key-File/i.test(cell)) return fault('privateKey', '');
  const lines = cell.split('\n').filter((line) => !/^\s*#/.test(line));
  if (lines.some((line) => /^\s*["']?@(revoked|cert-authority)\b/i.test(line))) return fault('marker', text);
  const words = lines
    .join(' ')
    .split(/\s+/)
    .map((word) => word.replace(/^["'`(<]+|["'`)>.,;]+$/g, ''));
  if (words.some((word) => /-cert(-v\d\d)?@openssh\.com$/.test(word))) return fault('marker', text);
  const keys = keysIn(words);
  if (keys.length > 0) return single(keys, ({ key }) => key, text);
  const found = [...fingerprintsIn(lines.join(' ')), ...wrapped(words)];
  const type = typeIn(words);
  const typed = found.map((fingerprint) => (type === undefined ? { fingerprint } : { type, fingerprint }));
  if (typed.length > 0) return single(typed, ({ fingerprint }) => fingerprint, text);
  return fault(MD5.test(cell) || /SHA-?1\b/i.test(cell) ? 'weakFingerprint' : 'fingerprint', text);
};

function single<T extends HostKeyCell>(
  found: readonly T[],
  of: (one: T) => string,
  text: string,
): Reading<HostKeyCell> {
  const [first, ...others] = found;
  if (first === undefined || others.some((other) => of(other) !== of(first)))
    return fault('severalKeys', text);
  return { value: first };
}

/** The type that the cell names beside a fingerprint: "ssh-ed25519 255 ...", "256 SHA256:... (ECDSA)". */
function typeIn(words: readonly string[]): string | undefined {
  const [bits = ''] = words.filter((word) => /^\d{3,5}$/.test(word));
  const names: Readonly<Record<string, string>> = {
    ...{ ED25519: 'ssh-ed25519', RSA: 'ssh-rsa', DSA: 'ssh-dss' },
    ...(/^(256|384|521)$/.test(bits) ? { ECDSA: `ecdsa-sha2-nistp${bits}` } : {}),
  };
  const [type, ...others] = words.flatMap((word) => (TYPE.test(word) ? [word] : (names[word] ?? [])));
  return others.length === 0 ? type : undefined;
}

function fingerprintsIn(text: string): string[] {
  const base64 = [...text.matchAll(FINGERPRINT)].map(([, body = '']) => body);
  const hex = [...text.matchAll(HEX)].map(([, digits = '']) =>
    btoa(
      digits.replaceAll(':', '').replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16))),
    ).replace(/=$/, ''),
  );
  return [...base64, ...hex].map(sha256);
}

/**
 * A fingerprint that a mail or a cell broke into pieces: behind its prefix, behind the length of the key, or alone in
 * the cell. Words of a sentence that only happen to have 43 letters are none.
 */
function wrapped(words: readonly string[]): string[] {
  const whole = words.join('');
  if (/\d/.test(whole) && /[A-Z]/.test(whole) && /^[A-Za-z0-9+/]{43}=?$/.test(whole)) return [sha256(whole)];
  for (const [at, word] of words.entries()) {
    const [, prefix, rest = ''] = /^(SHA-?256:?)?(.*)$/i.exec(word) ?? [];
    if (prefix === undefined && !/^\d{3,5}$/.test(words[at - 1] ?? '')) continue;
    let body = rest;
    for (let next = at + 1; next < words.length && body.length < 43; next++) body += words[next];
    if (/^[A-Za-z0-9+/]{43}=?$/.test(body)) return [sha256(body)];
  }
  return [];
}

function sha256(body: string): string {
  return `SHA256:${body.slice(0, 43)}`;
}

/** The public keys among words; one that is broken over lines is put together up to where it ends by itself. */
function keysIn(words: readonly string[]): { type: string; key: string; names: string[] }[] {
  const keys: { type: string; key: string; names: string[] }[] = [];
  for (const [at, word] of words.entries()) {
    if (!word.startsWith('AAAA')) continue;
    let key = '';
    for (let next = at; next < words.length; next++) {
      key += words[next];
      const type = typeOfWhole(key);
      if (type === undefined) continue;
      const hosts = TYPE.test(words[at - 1] ?? '') ? (words[at - 2] ?? '') : '';
      keys.push({ type, key, names: /[.:[\]|]/.test(hosts) ? hosts.split(',') : [] });
      break;
    }
  }
  return keys;
}

/** The type of a key in SSH wire form, from its first byte to its last: strings with their length before them. */
function typeOfWhole(base64: string): string | undefined {
  let bytes: string;
  try {
    bytes = atob(base64);
  } catch {
    return undefined;
  }
  const strings: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = [0, 1, 2, 3].reduce((sum, byte) => sum * 256 + bytes.charCodeAt(at + byte), 0);
    // A length that is cut is NaN.
    if (!(at + 4 + length <= bytes.length)) return undefined;
    strings.push(bytes.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const [type = ''] = strings;
  return strings.length > 1 && TYPE.test(type) ? type : undefined;
}
