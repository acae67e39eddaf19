/** RSS as the Observatory and the Government send it. Only items are read, and of them title, link and time. */
import { excerpt, noGoodAnswer } from './answer.ts';
import { because } from './reasons/index.ts';

export interface RssItem {
  title: string;
  link: string;
  description: string;
  /** Epoch ms; undefined when there is none that can be read. The offset varies between feeds. */
  published: number | undefined;
}

/** @throws RapError WEATHER_HOLD when the text is not a whole RSS document */
export function parseRss(xml: string): RssItem[] {
  if (!/<rss[\s>]/.test(xml) || !xml.includes('<channel') || !xml.includes('</rss>')) {
    throw noGoodAnswer(because('not-rss', { answer: excerpt(xml) }));
  }
  const { found, cut } = elements(xml, 'item');
  // What follows an item that does not end may be the warning that counts.
  if (cut) throw noGoodAnswer(because('not-rss', { answer: excerpt(xml) }));
  return found.map((item) => ({
    title: content(item, 'title'),
    link: content(item, 'link'),
    description: content(item, 'description'),
    published: momentOf(content(item, 'pubDate')),
  }));
}

/** A time without its offset is one of Hong Kong, whatever zone this machine is in. */
function momentOf(text: string): number | undefined {
  const moment = Date.parse(/(?<![+-]\d\d):\d\d$/.test(text) ? `${text} +0800` : text);
  return Number.isNaN(moment) ? undefined : moment;
}

/**
 * What stands between each <name ...> and the next </name>. Plain searching: a hostile text costs linear time.
 * @returns `cut`: one of them has no end
 */
function elements(xml: string, name: string): { found: string[]; cut: boolean } {
  const found: string[] = [];
  let from = 0;
  for (;;) {
    const open = xml.indexOf(`<${name}`, from);
    if (open < 0) return { found, cut: false };
    if (!/[\s>]/.test(xml[open + name.length + 1] ?? '')) {
      // <items> or <item/> is another element.
      from = open + 1;
      continue;
    }
    const begin = xml.indexOf('>', open);
    const end = xml.indexOf(`</${name}>`, begin);
    if (begin < 0 || end < 0) return { found, cut: true };
    found.push(xml.slice(begin + 1, end));
    from = end + 1;
  }
}

function content(item: string, name: string): string {
  const raw = elements(item, name).found[0] ?? '';
  // What stands in CDATA, which may be a part of it, is as it is meant.
  const parts = raw.split('<![CDATA[').map((part, at) => {
    const end = at === 0 ? -1 : part.indexOf(']]>');
    return end < 0 ? decode(part) : part.slice(0, end) + decode(part.slice(end + 3));
  });
  return oneLine(parts.join(''));
}

/** The words of a title or text that may be a page of its own: without its tags and entities. */
export function wordsOf(text: string): string {
  return oneLine(decode(text.replace(/<[^<>]*>/g, ' ')));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const entities: Partial<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" },
  nbsp: ' ',
};

function decode(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{1,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
    const point = name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
