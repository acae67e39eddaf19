/** An evening of one account on a simulated clock, and the page that the desk makes of it. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AwaitingAccount } from '../../../lib/collection/awaiting-account.ts';
import type { Kit } from '../../../lib/desk/kit.ts';
import type { Light } from '../../../lib/desk/light/file.ts';
import type { Live, LiveFact } from '../../../lib/desk/live.ts';
import { lines, pages } from '../../../lib/desk/pages.ts';
import { type Answer, Renderer } from '../../../lib/desk/render.ts';
import type { Language } from '../../../lib/i18n/languages.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import { WRITER } from '../../../lib/ledger/lease/keep-lease.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import { ownProcessId } from '../../../lib/process/process-id.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { makeHome, removeHome } from '../../support/home.ts';
import { aVersion } from '../ledger/samples.ts';

/** Friday. */
export const DAY = '2026-11-20';

const catalogue = `
reports:
  - { code: RMAMR03, installation: hkscc, watch: yes }
  - { code: RPF01, installation: hkscc, watch: yes }
`;

export const hkscc: AwaitingAccount = {
  account: 'HKSCC',
  installation: 'hkscc',
  participant: 'SIM001',
  holidayTrading: '',
  folders: ['/INBOX', '/COMMON', '/RPF'],
  everything: false,
};

/** What a flow has whose work is watched. */
export const wholeFlow: LiveFact[] = [
  { kind: 'check', node: 'check', accounts: ['HKSCC'] },
  {
    kind: 'schedule',
    node: 'evening',
    name: 'Evening',
    last: null,
    next: Date.UTC(2026, 10, 20, 14, 30),
    since: 0,
    accounts: ['HKSCC'],
    looking: null,
  },
];

export class Evening {
  readonly home: string;
  readonly clock: SimulatedClock;
  readonly ledger: Ledger;
  readonly #renderer: Renderer;
  /** Changed by a test before it asks. */
  live: Live;

  static async begin(text = catalogue): Promise<Evening> {
    const home = await makeHome();
    await writeFile(join(home, 'catalogue.yaml'), text);
    const clock = new SimulatedClock(fromHongKong(`${DAY} 06:00`));
    const ledger = await openHome(home, clock);
    return new Evening(home, clock, ledger);
  }

  private constructor(home: string, clock: SimulatedClock, ledger: Ledger) {
    this.home = home;
    this.clock = clock;
    this.ledger = ledger;
    this.#renderer = new Renderer(home);
    const known = { home, owner: ownProcessId(), profile: 'live' };
    this.live = { ...known, accounts: [hkscc], facts: wholeFlow, faults: [] };
  }

  async end(): Promise<void> {
    await this.#renderer.close();
    await this.ledger.close();
    await removeHome(this.home);
  }

  /** The lease of the one who writes; processes live in real time. */
  async lease(owner = ownProcessId(), until = Date.now() + 3_600_000): Promise<void> {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(join(this.home, 'ledger.sqlite'));
    database
      .prepare('insert or replace into leases (name, owner, fence, held_until) values (?, ?, 1, ?)')
      .run(WRITER, owner, until);
    database.close();
  }

  at(time: string): number {
    return fromHongKong(`${DAY} ${time}`);
  }

  async goTo(time: string): Promise<void> {
    await this.clock.advance(this.at(time) - this.clock.now());
  }

  async look(time: string, failed: string[] = []): Promise<void> {
    await this.goTo(time);
    const good = hkscc.folders.filter((folder) => !failed.includes(folder));
    await this.ledger.looks.noteLook({
      account: 'HKSCC',
      at: this.at(time),
      dataCentre: 'primary',
      good,
      failed,
    });
  }

  /** @param filed does it lie on its share, read back? */
  async receive(time: string, name: string, filed = true, sha256 = 'a'.repeat(64)): Promise<number> {
    await this.goTo(time);
    const folder = name.startsWith('RPF') ? '/RPF' : `/INBOX/${DAY.replaceAll('-', '')}`;
    const of = { name, path: `${folder}/${name}`, folder, code: name.split('_')[0] ?? '', sha256 };
    const { versionId } = await this.ledger.reports.recordReceived(aVersion(of));
    if (filed) await this.ledger.deliveries.markRouted(versionId);
    return versionId;
  }

  half(set: number, one: string): string {
    return `RMAMR03_SIM001_${DAY.replaceAll('-', '')}_${set}_${one}.zip`;
  }

  /** Looks all day long, and everything comes and is filed, but for what a test leaves out. */
  async wholeDay(without: readonly string[] = []): Promise<void> {
    await this.look('06:00');
    const files: [string, string][] = [
      ...['1', '3', '4'].flatMap((set): [string, string][] => {
        const time = { 1: '11:35', 3: '17:10', 4: '21:02' }[set] ?? '';
        return ['CTL', 'DAT'].map((one) => [time, this.half(Number(set), one)]);
      }),
      ['21:03', `RPF01_${DAY.replaceAll('-', '')}.csv`],
    ];
    for (const [time, name] of files) {
      if (without.some((one) => name.includes(one))) continue;
      await this.look(time);
      await this.receive(time, name);
    }
  }

  /** The page as it is at the clock's moment. */
  ask(
    language: Language = 'en',
    path = '',
    more: Partial<Kit> = {},
    query: Record<string, string> = {},
  ): Promise<Answer> {
    const kit: Kit = {
      ...{
        language,
        tag: language,
        now: this.clock.now(),
        login: '',
        acts: ['acknowledge'],
        lines,
        root: './',
      },
      ...more,
    };
    const question = { path, query, live: this.live, kit, pieces: false, known: '', gzip: false };
    return this.#renderer.answer(question);
  }

  /** The headline, its tone, and what else is said in the verdict. */
  async verdict(language: Language = 'en') {
    const { body } = await this.ask(language);
    const [, tone = '', inside = ''] =
      /<section class="verdict (\w+)"[^>]*>([\s\S]*?)<\/section>/.exec(body) ?? [];
    const text = (html: string) =>
      html
        // The light says no sentence in another language.
        .replaceAll(/ <span class="detail"[^>]*>[^<]*<\/span>/g, '')
        .replaceAll(/<[^>]+>/g, '')
        .replaceAll('&#39;', "'")
        .replaceAll('&quot;', '"');
    const [, headline = ''] = /<h1>([\s\S]*?)<\/h1>/.exec(inside) ?? [];
    const others = [...inside.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, one = '']) => text(one));
    await this.#sameLight(language, { tone, headline: text(headline).replaceAll('&amp;', '&') });
    return { tone, headline: text(headline), others };
  }

  /** Whatever a test asks of the page, the light says, too. */
  async #sameLight(language: Language, page: { tone: string; headline: string }): Promise<void> {
    const { status, body } = await this.ask(language, 'light');
    const { tone, headline } = JSON.parse(body) as Light;
    const spoken = headline.replaceAll('&lt;', '<').replaceAll('&gt;', '>');
    const shown = page.headline.replaceAll('&lt;', '<').replaceAll('&gt;', '>');
    assert.deepEqual({ status, tone, headline: spoken }, { status: 200, tone: page.tone, headline: shown });
  }
}

export { pages };
