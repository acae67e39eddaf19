/** Files with the certificates of authorities that a firm trusts besides those of the system. */
import { X509Certificate } from 'node:crypto';
import type { ErrorCode } from '../errors/codes.ts';
import { RapError } from '../errors/rap-error.ts';
import { visible } from '../errors/visible.ts';
import { readTextSync, type TextOptions } from './text-file.ts';

/** How a file of certificates is read. Windows offers to save one in binary, too. */
export const authorityText: Omit<TextOptions, 'what'> = {
  asciiCounts: true,
  binaries: [0x81, 0x82].map((second) => ({
    head: Buffer.from([0x30, second]),
    what: 'a certificate in binary (DER)',
    cure: 'Save it as "Base-64 encoded X.509" (PEM), or convert it: openssl x509 -inform DER -in FILE -out FILE.pem',
  })),
};

const BLOCK =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/**
 * The certificates of a PEM file that another program reads, too, as they stand there.
 * @param variable what names the file
 * @throws RapError CONFIG_INVALID naming the variable and the file
 */
export function readAuthorities(file: string, variable: string): string {
  const text = readTextSync(file, { ...authorityText, what: variable, onlyUtf8: true });
  return provenCertificates(text.match(BLOCK) ?? [], `${variable} ${visible(file)}`, 'CONFIG_INVALID');
}

/**
 * Certificates in PEM form, together.
 * @param name the file as messages call it
 * @throws RapError of that code when there is none, or one that is none
 */
export function provenCertificates(certificates: readonly string[], name: string, code: ErrorCode): string {
  const refuse = (why: string, cause?: unknown) =>
    new RapError(code, `${name}: ${why}`, {
      cause,
      ...(code === 'CONFIG_INVALID'
        ? { cure: 'Give the file with the certificates of the authority, in PEM form.' }
        : {}),
    });
  if (certificates.length === 0) throw refuse('it holds no certificate in PEM form');
  try {
    for (const one of certificates) new X509Certificate(one);
  } catch (thrown) {
    throw refuse('it holds something that is no certificate', thrown);
  }
  return certificates.map((one) => `${one.trimEnd()}\n`).join('');
}
