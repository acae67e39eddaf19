/** Data as SSH writes it: strings after their length, numbers of any size (RFC 4251, section 5). */

/** One string: its length in four bytes, then its bytes. */
export function wireString(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** So many strings from the head of the data; undefined when it does not hold them. */
export function wireStrings(data: Buffer, count: number): Buffer[] | undefined {
  const found: Buffer[] = [];
  for (let at = 0; found.length < count; ) {
    if (at + 4 > data.length) return undefined;
    const end = at + 4 + data.readUInt32BE(at);
    if (end > data.length) return undefined;
    found.push(data.subarray(at + 4, end));
    at = end;
  }
  return found;
}

/** Is the data strings and nothing else, as a public key is? */
export function isWholeWire(data: Buffer): boolean {
  let at = 0;
  while (at + 4 <= data.length) at += 4 + data.readUInt32BE(at);
  return data.length > 0 && at === data.length;
}
