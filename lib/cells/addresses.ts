/** Host names, addresses and domains. */
import { fault, plain, type Reader, type Reading } from './cell.ts';
import { readPort } from './numbers.ts';

/** What one cell says of a server. */
export interface AddressCell {
  /** In lower case; an IPv6 address without brackets. */
  host: string;
  /** Only where the cell names one. */
  port?: number;
}

/**
 * A server as people write it: "10.243.2.141", "10.243.2.141:18801", "sftp://rap.example/", "[::1]:22", also in
 * full-width characters. Not a user, a folder or several servers: they have fields and rows of their own.
 * @param schemes that may stand before it and say nothing more
 */
export function readAddress(schemes: readonly string[] = ['sftp', 'ssh']): Reader<AddressCell> {
  return (text) => {
    const cell = plain(text)
      .replace(/[,;]+$/, '')
      .replace(/^<([^<>]*)>$/, '$1');
    const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(cell) ?? [];
    if (scheme !== undefined && !schemes.includes(scheme.toLowerCase())) return fault('scheme', text, scheme);
    const named = (rest ?? cell).replace(/\/+$/, '').trim();
    if (named === '') return fault('noAddress', text);
    // "host 18801", as two cells of another table are pasted.
    const joined = named.replace(/^(\S+)[ \t]+(\d+)$/, (_all, host: string, port: string) =>
      host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`,
    );
    if (/[,;|\n\t]/.test(joined)) return fault('severalAddresses', text);
    if (joined.includes('@')) return fault('userInAddress', text);
    if (/[/\\?#]/.test(joined)) return fault('folderInAddress', text);
    if (/\s/.test(joined)) return fault('blankInside', text);
    return hostAndPort(joined, text);
  };
}

function hostAndPort(cell: string, text: string): Reading<AddressCell> {
  const bracketed = /^\[([^[\]]*)\](?::(.*))?$/.exec(cell);
  const colons = cell.split(':').length - 1;
  const [, name = '', portText] =
    bracketed ?? (colons > 1 ? [cell, cell] : (/^([^:]*)(?::(.*))?$/.exec(cell) ?? []));
  // known_hosts also puts a name in brackets before its port.
  const host = name.includes(':') ? ipv6(name) : hostName(name);
  if (host === undefined) return fault(/^[\d.:-]+$/.test(name) ? 'notAnIp' : 'notAHost', text);
  if (portText === undefined || portText === '') return { value: { host } };
  const port = readPort(portText);
  return 'fault' in port ? fault('notAPort', text) : { value: { host, port: port.value } };
}

function ipv6(text: string): string | undefined {
  const [, address = '', zone = ''] = /^([0-9a-f:.]+)(%[\w.-]+)?$/i.exec(text) ?? [];
  if (!address.includes(':') || !URL.canParse(`http://[${address}]`)) return undefined;
  return `${new URL(`http://[${address}]`).hostname.slice(1, -1)}${zone}`;
}

function hostName(text: string): string | undefined {
  const name = text.toLowerCase().replace(/\.$/, '');
  // What is digits and dots is an address of four bytes or nothing: some systems read "10.243.2" as 10.243.0.2.
  if (/^[\d.]+$/.test(name) || /^0x/.test(name)) {
    const bytes = name.split('.');
    return bytes.length === 4 && bytes.every((byte) => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) < 256)
      ? name
      : undefined;
  }
  // "10.243.2.141-142" is a range: no name ends so.
  if (/\.[\d-]+$/.test(name)) return undefined;
  if (/[^\x00-\x7f]/.test(name)) {
    return URL.canParse(`http://${name}`) ? hostName(new URL(`http://${name}`).hostname) : undefined;
  }
  const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
  return name.length <= 253 && name.split('.').every((part) => label.test(part)) ? name : undefined;
}

/** A server whose port has a cell of its own; where both cells name one, it must be the same. */
export function readServer(
  host: string,
  port: string,
  read: Reader<AddressCell> = readAddress(),
): Reading<AddressCell> {
  const named = read(host);
  if ('fault' in named || plain(port) === '') return named;
  const given = readPort(port);
  if ('fault' in given) return given;
  const { port: within = given.value } = named.value;
  if (within !== given.value) return fault('otherPort', host, String(given.value));
  return { value: { host: named.value.host, port: within } };
}

/** A domain of mail addresses; "@broker.example" is how mail programs show one. */
export const readDomain: Reader<string> = (text) => {
  const domain = plain(text).toLowerCase().replace(/^@/, '').replace(/\.$/, '');
  const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
  return domain.split('.').every((part) => label.test(part)) ? { value: domain } : fault('domain', text);
};

/** The address of a service on the web: https, or http on this machine alone; a password in it would be shown. */
export const readWebAddress: Reader<string> = (text) => {
  const cell = plain(text);
  if (!URL.canParse(cell)) return fault('web', text);
  const { protocol, hostname, username, password } = new URL(cell);
  const near = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  const safe = protocol === 'https:' || (protocol === 'http:' && near);
  return safe && username + password === '' ? { value: cell } : fault('web', text);
};

/** Where the pages of the desk begin, below the address of the editor. */
const DESK = '/rap-ops';

/**
 * The address of the desk as people copy it: from the browser's bar, of the editor or of one of the desk's pages, with
 * or without a page, a query or a mark behind it. It gives the address below which the pages lie, without a slash at its
 * end: "https://rap.broker.example:1880/rap-ops". It must say how it is reached, since http and https are both usual.
 */
export const readDeskAddress: Reader<string> = (text) => {
  const cell = plain(text).replace(/^<(.*)>$/, '$1');
  if (!/^https?:\/\/[^/\s]/i.test(cell) || !URL.canParse(cell)) return fault('desk', text);
  const { origin, pathname, username, password } = new URL(cell);
  if (username + password !== '') return fault('desk', text);
  const at = `${pathname}/`.indexOf(`${DESK}/`);
  const editor = (at < 0 ? pathname : pathname.slice(0, at)).replace(/\/+$/, '');
  return { value: `${origin}${editor}${DESK}` };
};

/** A telephone number: digits, with a plus before them and blanks or hyphens between them. */
export const readTelephone: Reader<string> = (text) => {
  const number = plain(text);
  return /^[+0-9][0-9 -]{5,19}$/.test(number) ? { value: number } : fault('telephone', text);
};

/** A user name: no blanks inside, whatever the width of its characters. */
export const readUser: Reader<string> = (text) => {
  const user = plain(text);
  if (user === '') return fault('noUser', text);
  return /\s/.test(user) ? fault('blankInside', text) : { value: user };
};
