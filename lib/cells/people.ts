/** People and their mail addresses, as mail programs copy them. */
import { ascii, fault, oneLine, type Reader, type Reading, tidy } from './cell.ts';

export interface Person {
  /** '' where only the address is given. */
  name: string;
  email: string;
}

/**
 * An address of the plain kind only: no quotes, comments or routes, which have fooled mail software before. A route is
 * also what some relays read in "eve%elsewhere.example@ours.example" and "elsewhere.example!eve@ours.example".
 */
export const ADDRESS =
  /^[A-Za-z0-9#$&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9#$&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/;

/** The longest address that mail can carry (RFC 5321, 4.5.3.1.3). */
const LONGEST = 254;

/** What stands in the place of "<", ">", "@" and quotes. */
function marks(text: string): string {
  return tidy(text)
    .replace(/[＜〈‹]/g, '<')
    .replace(/[＞〉›]/g, '>')
    .replace(/＠/g, '@')
    .replace(/[“”„‟＂]/g, '"')
    .replace(/[‘’‚＇]/g, "'")
    .replace(/\[mailto:([^\]]*)\]/gi, '<$1>');
}

/** One address, or undefined: "a@b", "<a@b>", "'a@b'", "mailto:a@b", with or without a stop behind it. */
function addressOf(text: string): string | undefined {
  let address = ascii(text).trim();
  for (let before = ''; before !== address; ) {
    before = address;
    address = address
      .replace(/^<(.*)>$/, '$1')
      .replace(/^(["'])(.*)\1$/, '$2')
      .replace(/^mailto:/i, '')
      .replace(/[.,;:]$/, '')
      .trim();
  }
  return ADDRESS.test(address) && address.length <= LONGEST ? address : undefined;
}

/** A display name without the quotes around it. */
function nameOf(text: string): string {
  const name = oneLine(text);
  const [, , inner] = /^(["'])(.*)\1$/.exec(name) ?? [];
  return (inner ?? name).replace(/\\(["\\])/g, '$1').trim();
}

/**
 * Everybody whom a cell names, as an address book or the line of recipients in Outlook gives them:
 * "Chan, Tai Man <tm.chan@broker.example>; 'bo@broker.example'". Whoever cannot be told from the rest is a fault of the
 * whole cell: nobody is dropped.
 */
export const readPeople: Reader<Person[]> = (text) => {
  const people: Person[] = [];
  for (const piece of pieces(marks(text))) {
    const reading = peopleIn(piece, text);
    if ('fault' in reading) return reading;
    people.push(...reading.value);
  }
  return people.length === 0 ? fault('noPerson', text) : { value: people };
};

/** Cut at semicolons and new lines outside quotes and angles; a comma also parts a name. */
function pieces(text: string): string[] {
  const found = text.match(/(?:"(?:\\.|[^"\\\n])*"|<[^<>\n]*>|[^;；\n])+/g) ?? [];
  return found.map((piece) => piece.trim()).filter((piece) => piece !== '');
}

function peopleIn(piece: string, cell: string): Reading<Person[]> {
  const people: Person[] = [];
  let rest = piece;
  for (const [whole, before = '', inside = ''] of piece.matchAll(
    /((?:"(?:\\.|[^"\\])*"|[^<>"])*)<([^<>]*)>/g,
  )) {
    const email = addressOf(inside);
    if (email === undefined) return fault('address', cell, inside);
    // Addresses without a name may stand before the one with a name.
    const { alone, name } = leading(before);
    const spoken = addressOf(name);
    if (/[@"]/.test(name) && spoken?.toLowerCase() !== email.toLowerCase())
      return fault('address', cell, name);
    people.push(...alone.map((address) => ({ name: '', email: address })));
    people.push({ name: spoken === undefined ? name : '', email });
    rest = rest.slice(whole.length);
  }
  const tail = rest.replace(/^[\s,，、]+|[\s,，、]+$/g, '');
  if (tail === '') return { value: people };
  const more = withoutAngles(tail, cell);
  return 'fault' in more ? more : { value: [...people, ...more.value] };
}

/** "a@b, c@d, Chan, Tai Man" as its addresses and the name behind them. */
function leading(before: string): { alone: string[]; name: string } {
  const parts = before.replace(/^[\s,，、]+/, '').split(/[,，、]/);
  const alone: string[] = [];
  while (parts.length > 1 && addressOf(parts[0] ?? '') !== undefined)
    alone.push(addressOf(parts.shift() ?? '') ?? '');
  return { alone, name: nameOf(parts.join(',')) };
}

function withoutAngles(text: string, cell: string): Reading<Person[]> {
  const people: Person[] = [];
  const one = named(text);
  if (one !== undefined) return { value: [one] };
  for (const part of text.split(/[,，、|\t ]+/)) {
    const email = addressOf(part);
    if (email === undefined) return fault('address', cell, part);
    people.push({ name: '', email });
  }
  return { value: people };
}

/** "Chan Tai Man (tm.chan@b)", "tm.chan@b (Chan Tai Man)" or "Chan Tai Man tm.chan@b". */
function named(text: string): Person | undefined {
  if ((text.match(/@/g) ?? []).length !== 1) return undefined;
  const [, before, inside] =
    /^([^()（）]*)[(（]([^()（）]*)[)）]$/.exec(text) ?? /^([^,，、;]*?\S)\s+(\S+)$/.exec(text) ?? [];
  if (before === undefined || inside === undefined) return undefined;
  // "tm chan@broker.example" is an address with a blank in it, as likely as somebody called "tm".
  if (/^[a-z0-9._+-]+\s+\S+@/.test(text)) return undefined;
  const [first, second] = [addressOf(before), addressOf(inside)];
  const email = first ?? second;
  const name = nameOf(first === undefined ? before : inside);
  // "Ops:" begins a group of RFC 5322.
  return email === undefined || /[@"<>]|:$/.test(name) ? undefined : { name, email };
}

/** The sender: "RAP Ops <rap@broker.example>" or the address alone. What stands before the angles is the name. */
export const readSender: Reader<Person> = (text) => {
  const cell = marks(text);
  if (cell.includes('\n')) return fault('sender', text);
  const [, name = '', inside] = /^([^<>]*)<([^<>]*)>$/s.exec(cell) ?? [];
  const email = addressOf(inside ?? cell);
  const shown = nameOf(
    tidy(text)
      .replace(/[<＜〈‹].*$/s, '')
      .replace(/^[“„‟＂](.*)[“”‟＂]\s*$/s, '"$1"'),
  );
  if (email === undefined || /[<>"]/.test(inside === undefined ? '' : shown)) return fault('sender', text);
  return { value: { name: inside === undefined || name === '' ? '' : shown, email } };
};
