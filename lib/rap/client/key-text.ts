/**
 * Private keys as they reach an operator. Clipboards, mails, YAML, environment files and Windows lose line ends, write
 * them as "\n", indent, quote, turn dashes into longer ones and leave other text around a key. What a key is made of
 * survives all of that: the BEGIN and END marks and base64 between them, or the fields of PuTTY's form.
 */

/** One block between BEGIN and END. */
export interface PemBlock {
  /** 'RSA PRIVATE KEY' */
  label: string;
  /** The cipher of the older way to encrypt (RFC 1423), which stands in the block's head. */
  cipher?: { name: string; iv: string };
  /** Its base64, without blanks and line ends; '' where something else stands between the marks. */
  base64: string;
}

export interface FoundKeys {
  blocks: PemBlock[];
  /** Labels whose END is missing. */
  cut: string[];
  /** Texts that begin like a file of PuTTYgen; each goes on to the next one. */
  putty: string[];
}

/** Finds every key in a text, public ones too. */
export function findKeys(text: string): FoundKeys {
  const putty = puttyIn(text);
  const plain = withPlainMarks(text);
  const blocks = [...plain.matchAll(BLOCK)].map(([, label = '', body = '']) => blockOf(label, body));
  if (blocks.length === 0 && putty.length === 0) {
    const inside = decodedWhole(text);
    if (inside !== undefined) return findKeys(inside);
  }
  const begun = [...plain.matchAll(BEGIN)].map(([, label = '']) => label);
  const cut = begun.filter((label) => !blocks.some((block) => block.label === label));
  return { blocks, cut, putty };
}

/** A block as programs expect it. */
export function pemOf({ label, cipher, base64 }: PemBlock): string {
  const head =
    cipher === undefined ? '' : `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${cipher.name},${cipher.iv}\n\n`;
  const lines = base64.replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${head}${lines}\n-----END ${label}-----\n`;
}

/** Is this the base64 of a key whose BEGIN and END lines were not copied? */
export function isBareBody(text: string): boolean {
  return /^[\s"']*(MI[GICE]|b3BlbnNzaC1rZXktdjE)[A-Za-z0-9+/=\s"'\\]{40,}$/.test(text);
}

const BEGIN = /-+ ?BEGIN ([A-Z0-9]+(?: [A-Z0-9]+)*) ?-+/g;
const BLOCK = /-+ ?BEGIN ([A-Z0-9]+(?: [A-Z0-9]+)*) ?-+([\s\S]*?)-+ ?END \1 ?-+/g;
const LEGACY = /Proc-Type: *4, *ENCRYPTED[\s>]*DEK-Info: *([A-Z0-9-]+), *((?:[0-9A-Fa-f]{16}){1,2})/;
/** Lines such as "Comment: of Ada", which some programs write before the base64 (RFC 1421, RFC 4716). */
const HEADER = /^[^\S\n]*[A-Za-z][\w-]*:(?:\\\n|[^\n])*$/gm;
/** Ciphers of the older way whose blocks have 64 bits; the others have 128. */
const SHORT_BLOCKS = /^(DES|RC2|BF|CAST|IDEA)/;
/** What may stand between the characters of a key without being part of it. */
const BETWEEN = /[\s"'\\,|>]+/g;

function withPlainMarks(text: string): string {
  return text
    .replace(/\\+[nrt]/g, '\n')
    .replace(/\r\n?|<br ?\/?>/gi, '\n')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/g, '-')
    .replace(/[^\S\n\r\t]/g, ' ');
}

function blockOf(label: string, body: string): PemBlock {
  const [head, name = '', digits = ''] = LEGACY.exec(body) ?? [];
  // Where line ends are lost the base64 follows at once, and may begin like a hexadecimal number.
  const iv = digits.slice(0, SHORT_BLOCKS.test(name) ? 16 : 32);
  const rest = head === undefined ? body : body.replace(head, digits.slice(iv.length));
  const base64 = rest.replace(HEADER, '').replace(BETWEEN, '');
  return {
    label,
    ...(head === undefined ? {} : { cipher: { name, iv } }),
    base64: /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? base64 : '',
  };
}

/** A whole file in base64, as secrets are kept in variables. */
function decodedWhole(text: string): string | undefined {
  const compact = text.replace(BETWEEN, '');
  if (!/^[A-Za-z0-9+/]{40,}={0,2}$/.test(compact)) return undefined;
  const inside = Buffer.from(compact, 'base64').toString('latin1');
  return /^\s*(-+ ?BEGIN |PuTTY-User-Key-File-)/.test(inside) ? inside : undefined;
}

function puttyIn(text: string): string[] {
  const found = text.split(/(?=PuTTY-User-Key-File-\d)/).filter((part) => part.startsWith('PuTTY-'));
  // A comment may hold a backslash: line ends are taken for written out where the first one is.
  const writtenOut = /^[^\r\n]*\\[nr]\s*Encryption:/;
  return found.map((part) => (writtenOut.test(part) ? part.replace(/\\+[nr]/g, '\n') : part));
}
