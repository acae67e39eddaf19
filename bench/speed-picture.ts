/** The picture of the speed page: a panel for each workload and delay, a bar for each client. Plain SVG. */
import type { Peer } from './peers/peer.ts';
import { type Cell, OURS, ratioOf, seconds, wallOf } from './speed-page.ts';
import type { Workload } from './workloads.ts';

const NAMES = 210;
const PANEL = 240;
const GAP = 28;
const BAR = 18;
const HEAD = 44;
const TOP = 58;
/** Room to the right of the longest bar, for its figure. */
const FIGURE = 52;

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function words(x: number, y: number, text: string, kind: string, anchor = 'start'): string {
  return `<text x="${x}" y="${y}" class="${kind}" text-anchor="${anchor}">${escaped(text)}</text>`;
}

/** Bars are scaled in each panel so that one slow client does not hide the others. */
function panel(cell: Cell, peers: readonly Peer[], left: number, top: number): string[] {
  const walls = peers.map((peer) => ({ id: peer.id, wall: wallOf(cell, peer.id) }));
  const known = walls.flatMap(({ wall }) => (wall === undefined ? [] : [wall])).sort((a, b) => a - b);
  const own = wallOf(cell, OURS) ?? 0;
  // A bar beyond this is cut, and its figure says how long it really is.
  const most = Math.min(known.at(-1) ?? 1, Math.max((known[0] ?? 1) * 8, own));
  const ratio = ratioOf(cell);
  const title = cell.delay === 0 ? 'no added delay' : `${cell.delay} ms round trip`;
  return [
    words(left, top - 10, title, 'panel'),
    ratio === undefined
      ? ''
      : words(left + PANEL, top - 10, `best / ours ${ratio.toFixed(2)}`, 'ratio', 'end'),
    ...walls.flatMap(({ id, wall }, index) => {
      const y = top + index * BAR;
      if (wall === undefined)
        return [words(left + 4, y + 12, cell.runs[id]?.[0]?.fault ?? 'not measured', 'figure')];
      const cut = wall > most;
      const width = Math.max(1, (Math.min(wall, most) / most) * (PANEL - FIGURE));
      return [
        `<rect x="${left}" y="${y}" width="${width.toFixed(1)}" height="${BAR - 5}" rx="2" class="${id === OURS ? 'ours' : 'bar'}"/>`,
        cut ? `<path d="M${left + width - 12} ${y + BAR - 4} l6 -${BAR - 3}" class="cut"/>` : '',
        words(left + width + 5, y + 11, `${seconds(wall)} s`, id === OURS ? 'figure own' : 'figure'),
      ];
    }),
  ];
}

export function speedPicture(
  cells: readonly Cell[],
  peers: readonly Peer[],
  workloads: readonly Workload[],
): string {
  const delays = [...new Set(cells.map((cell) => cell.delay))].sort((a, b) => a - b);
  const shown = workloads.filter(({ id }) => cells.some((cell) => cell.workload === id));
  const height = HEAD + peers.length * BAR + 34;
  const width = NAMES + delays.length * (PANEL + GAP) + 12;
  const body = shown.flatMap((workload, line) => {
    const top = TOP + line * height + HEAD;
    return [
      words(16, top - 30, `${workload.id}: ${workload.text}`, 'workload'),
      ...peers.map((peer, index) =>
        words(NAMES - 10, top + index * BAR + 11, peer.name, peer.id === OURS ? 'name own' : 'name', 'end'),
      ),
      ...delays.flatMap((delay, column) => {
        const cell = cells.find((one) => one.workload === workload.id && one.delay === delay);
        return cell === undefined ? [] : panel(cell, peers, NAMES + column * (PANEL + GAP), top);
      }),
    ];
  });
  const total = TOP + shown.length * height + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" width="${width}" height="${total}" role="img" aria-label="Wall time of SFTP clients by workload and round trip">`,
    '<style>',
    'text { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; font-size: 12px; fill: #333 }',
    '.title { font-size: 17px; font-weight: 600 } .workload { font-size: 14px; font-weight: 600 }',
    '.panel { fill: #666 } .ratio, .own { font-weight: 600; fill: #0b6b50 } .figure { font-size: 11px }',
    '.bar { fill: #b9c3cc } .ours { fill: #11936f } .cut { stroke: #fff; stroke-width: 3 }',
    '</style>',
    `<rect width="${width}" height="${total}" fill="#fff"/>`,
    words(16, 28, 'Seconds to fetch, median; shorter is better', 'title'),
    words(
      16,
      46,
      'rap fetch hashes and syncs every file, the others need not. Bars are scaled in each panel; very long ones are cut. Best: the best other client.',
      'panel',
    ),
    ...body,
    '</svg>',
    '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}
