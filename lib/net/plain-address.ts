/** Addresses of machines have several spellings; they are compared in one. */
import { isIP } from 'node:net';

/** One spelling of an address: '127.0.0.1' for '::ffff:7F00:1', '::1' for '0:0:0:0:0:0:0:1'. */
export function plainAddress(address: string): string {
  const text = address.trim().toLowerCase();
  if (isIP(text) !== 6) return text;
  const [plain = '', ...zone] = text.split('%');
  const short = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short) ?? [];
  if (high === undefined || low === undefined) return [short, ...zone].join('%');
  const [left, right] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [left >> 8, left & 255, right >> 8, right & 255].join('.');
}
