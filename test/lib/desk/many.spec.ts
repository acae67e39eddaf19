/** Hundreds of accounts, shares, schedules and contacts: System and Contacts stay small, and lead to each once. */
import assert from 'node:assert/strict';
import type { LiveFact } from '../../../lib/desk/live.ts';
import { packed } from '../../../lib/desk/pack.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { browserScript } from '../../../nodes/desk/browser-script.ts';
import { Evening } from './support.ts';

const MANY = 500;
/** Bytes of a page as it is sent, with its script. */
const MOST_BYTES = 40_000;

const number = (n: number) => String(n).padStart(3, '0');

function factsOf(n: number, at: number): LiveFact[] {
  const account = `A${number(n)}`;
  return [
    {
      ...{ kind: 'account', node: `a${n}`, account, installation: 'hkscc' },
      ...{ addresses: { primary: [`10.0.0.${n}:22`], secondary: [] }, atWork: null, keyFile: '' },
    },
    {
      // The last share of all does not answer.
      ...{ kind: 'room', root: `/srv/share-${number(n)}`, at, free: 9e9, size: 9e10 },
      ...(n === MANY - 1
        ? { state: 'fault' as const, fault: 'It is not mounted' }
        : { state: 'answers' as const, fault: '' }),
    },
    {
      ...{ kind: 'starter', node: `s${n}`, type: 'inject', name: `Evening ${number(n)}`, flow: 'Daily' },
      accounts: [account],
    },
  ];
}

function contactsOf(node: string, people: number): LiveFact {
  return {
    ...{ kind: 'contacts', node, name: `Contacts ${node}`, relay: 'mail.broker.example:25', otherwise: [] },
    escalation: { minutes: 30, reminders: 3, groups: ['ops'], restHours: 8 },
    people: Array.from({ length: people }, (_, n) => ({
      ...{ name: `Person ${number(n)}`, email: `p${number(n)}@${node}.example`, groups: ['ops'] },
    })),
  };
}

describe('the desk of a large site', function () {
  this.timeout(300_000);
  let evening: Evening;

  before(async () => {
    evening = await Evening.begin();
    await evening.lease();
    const at = evening.clock.now();
    const facts = Array.from({ length: MANY }, (_, n) => factsOf(n, at)).flat();
    const few = Array.from({ length: 40 }, (_, n) => contactsOf(`d${number(n)}`, 2));
    evening.live = { ...evening.live, facts: [...facts, contactsOf('c1', MANY), ...few] };
  });
  after(() => evening.end());

  async function shown(path: string, query: Record<string, string> = {}): Promise<string> {
    const answer = await evening.ask(
      'en',
      path,
      { acts: ['run-now', 'switch', 'unlock', 'renew-key'] },
      query,
    );
    assert.equal(answer.status, 200, answer.body.slice(0, 500));
    const bytes = packed(answer, true).body.length + browserScript().gzip.length;
    assert.ok(bytes <= MOST_BYTES, `${path}: ${bytes} bytes`);
    assert.ok(answer.body.length <= 4 * MOST_BYTES, `${path}: ${answer.body.length} bytes before`);
    return answer.body;
  }

  it('says of System what is wrong among all, and shows the first of each list', async () => {
    const body = await shown('system');
    assert.match(body, /1 thing to see to/);
    assert.match(body, /\/srv\/share-499: It is not mounted/);
    for (const show of ['accounts', 'keys', 'shares', 'starters'])
      assert.match(body, new RegExp(`12 of 500 shown</p><p><a href="[^"]*system\\?show=${show}">`), show);
  });

  it('counts many troubles, and names some', async () => {
    const { live } = evening;
    const facts = live.facts.map((one) =>
      one.kind === 'room' ? { ...one, state: 'silent' as const, fault: '' } : one,
    );
    evening.live = { ...live, facts };
    const body = await shown('system');
    evening.live = live;
    assert.match(body, /500 things to see to/);
    assert.match(body, /<\/ul><p class="soft n">12 of 500 shown<\/p><\/section>/);
  });

  it('shows people of many contacts nodes', async () => {
    const body = await shown('contacts');
    assert.match(body, /12 of 500 shown<\/p><p><a href="[^"]*contacts\?show=people">Show all</);
    assert.match(body, /6 of 41 shown/);
  });

  const next = new RegExp(`href="[^"?]*\\?([^"]*)">${t('en', 'desk.contacts.next')}<`);
  for (const [path, show, total] of [
    ['system', 'accounts', MANY],
    ['system', 'keys', MANY],
    ['system', 'shares', MANY],
    ['system', 'starters', MANY],
    ['contacts', 'people', MANY + 80],
  ] as const) {
    it(`leads through all ${show} of ${path}, to each once`, async () => {
      const found: string[] = [];
      for (let query: Record<string, string> | undefined = { show }; query !== undefined; ) {
        const body: string = await shown(path, query);
        const [, list = ''] = /id="list">([\s\S]*?)<\/section>/.exec(body) ?? [];
        // Names of people come again at each contacts node.
        const line = show === 'people' ? /(p\d+@\w+\.example) · /g : /<span class="name">([^<]+)</g;
        found.push(...[...list.matchAll(line)].map(([, name = '']) => name));
        const [, more] = next.exec(body) ?? [];
        query =
          more === undefined
            ? undefined
            : Object.fromEntries(new URLSearchParams(more.replaceAll('&amp;', '&')));
      }
      assert.equal(found.length, total);
      assert.equal(new Set(found).size, total);
    });
  }
});
