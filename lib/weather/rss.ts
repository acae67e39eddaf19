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
  return elements(xml, 'item').map((item) => {
    const published = Date.parse(content(item, 'pubDate'));
    return {
      title: content(item, 'title'),
      link: content(item, 'link'),
      description: content(item, 'description'),
      published: Number.isNaN(published) ? undefined : published,
    };
  });
}

/** What stands between each <name ...> and the next </name>. Plain searching: a hostile text costs linear time. */
function elements(xml: string, name: string): string[] {
  const found: string[] = [];
  let from = 0;
  for (;;) {
    const open = xml.indexOf(`<${name}`, from);
    if (open < 0) return found;
    if (!/[\s>]/.test(xml[open + name.length + 1] ?? '')) {
      // <items> or <item/> is another element.
      from = open + 1;
      continue;
    }
    const begin = xml.indexOf('>', open);
    const end = xml.indexOf(`</${name}>`, begin);
    if (begin < 0 || end < 0) return found;
    found.push(xml.slice(begin + 1, end));
    from = end + 1;
  }
}

function content(item: string, name: string): string {
  const raw = (elements(item, name)[0] ?? '').trim();
  const plain = raw.startsWith('<![CDATA[') && raw.endsWith(']]>') ? raw.slice(9, -3) : decode(raw);
  return plain.replace(/\s+/g, ' ').trim();
}

const entities: Partial<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{1,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
    const point = name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
