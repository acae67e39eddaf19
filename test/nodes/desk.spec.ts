/** The desk without a login: pages from the thread, pieces that changed, and acts. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Sighting } from '../../lib/ledger/records/alarm-sightings.ts';
import desk from '../../nodes/desk/desk.ts';
import { frame, node } from '../support/flow-parts.ts';
import { idleAccounts } from '../support/practice-flow.ts';
import { admin, type FlowNode, type Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const markup = '<img src=x onerror=alert(1)>"\'&amp;';

describe('the desk', () => {
  const system = useSystem({ clock: '2026-11-30 21:52' });
  let runtime: Runtime;

  const fault = (key: string, message: string): Sighting => ({
    ...{ key, level: 'critical', account: 'SIM001', code: 'LOGIN_REFUSED', place: 'log in' },
    ...{ message, cure: 'Ring HKEX', run: 'run-1', groups: [] },
  });

  beforeEach(async () => {
    const ledger = await openHome(system.home, system.clock);
    await ledger.alarms.recordFault(fault('k', `The key was refused ${markup}`), () => ({}));
    await ledger.close();
    runtime = await system.start([...frame('out'), ...idleAccounts()], { nodes: [desk] });
  });

  /** A browser sends where its page comes from. */
  const act = async (name: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await admin()
      .post(`/rap-ops/act/${name}`)
      .set({ host: 'desk.example:1880', origin: 'http://desk.example:1880', ...headers })
      .send(body);
    return { status: answer.status, body: answer.body as { said: string; code: string; field: string } };
  };

  it('tells of a node within a subflow that cannot work, once for each instance that runs', async () => {
    const light = async () => {
      const body = (await admin().get('/rap-ops/light')).body as { headline: string; others: string[] };
      return [body.headline, ...body.others].join('\n');
    };
    assert.doesNotMatch(await light(), /Put away cannot work/);
    await runtime.stop();
    const inner = {
      ...node('route', 'report-route', {
        name: 'Put away',
        rules: [{ system: '', code: '', folder: '', share: '' }],
      }),
      z: 'filing',
    };
    const flow: FlowNode[] = [
      ...frame('out'),
      ...idleAccounts(),
      { id: 'filing', type: 'subflow', name: 'Filing', in: [], out: [] },
      inner,
      node('here', 'subflow:filing', {}),
      { ...node('off', 'subflow:filing', {}), d: true },
    ];
    runtime = await system.start(flow, { nodes: [desk] });
    assert.match(await light(), /Put away cannot work/);
  });

  it('is one page whose address ends with a slash', async () => {
    const bare = await admin().get('/rap-ops').redirects(0);
    assert.deepEqual([bare.status, bare.headers.location], [302, 'rap-ops/']);
    const { status, text, headers } = await admin().get('/rap-ops/').set({ 'accept-language': 'en' });
    assert.equal(status, 200, text);
    assert.match(text, /The key was refused/);
    // The one style that may stand in a page is the one that stands in it.
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(text) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = headers['content-security-policy'] ?? '';
    assert.ok(
      policy.startsWith(`default-src 'none'; style-src 'sha256-${hash}'; script-src 'self';`),
      policy,
    );
    assert.match(text, /<html lang="en">/);
  });

  it('says in the language of who asks that there is no such page, with the way to Today', async () => {
    const told = { en: 'There is no such page', 'zh-Hant': '沒有此頁', 'zh-Hans': '没有此页' };
    for (const path of ['histroy', 'report', 'reports/7/x', '%E9%99%B3', 'no//such', 'rap-ops/rap-ops/y']) {
      for (const [language, words] of Object.entries(told)) {
        const { status, text, headers } = await admin()
          .get(`/rap-ops/${path}`)
          .set({ 'accept-language': language, accept: 'text/html' });
        assert.deepEqual([status, text.includes(`<h1>${words}</h1>`)], [404, true], `${path}: ${text}`);
        assert.match(headers['content-security-policy'] ?? '', /frame-ancestors/);
        const [, back = ''] = /<section class="verdict[^>]*>.*?<a href="([^"]*)"/s.exec(text) ?? [];
        const to = new URL(back, `http://desk.example/rap-ops/${path}`);
        assert.equal(to.pathname, '/rap-ops/', path);
      }
    }
    assert.equal((await act('no-such-act', {})).status, 404);
  });

  it('is sent compressed to whoever takes it so, with a script that browsers keep', async () => {
    const as = (encoding: string, path = '') =>
      admin().get(`/rap-ops/${path}`).set({ 'accept-encoding': encoding });
    for (const path of ['', 'history', 'practice']) {
      const plain = await as('identity', path);
      assert.equal(plain.headers['content-encoding'], undefined, path);
      assert.match(plain.text, /<main/, path);
      for (const none of ['gzip;q=0', 'br', ''])
        assert.equal((await as(none, path)).headers['content-encoding'], undefined, none);
      const short = await as('br, gzip;q=0.5', path);
      assert.deepEqual(
        [short.headers['content-encoding'], short.headers.vary],
        ['gzip', 'Accept-Encoding'],
        path,
      );
      assert.match(short.text, /<main/, path);
      assert.ok(Number(short.headers['content-length']) < Number(plain.headers['content-length']) / 2, path);
    }
    const { text } = await admin().get('/rap-ops/report/1').set({ 'accept-encoding': 'identity' });
    const [, script = ''] = /<script src="\.\.\/([^"]+)"/.exec(text) ?? [];
    assert.match(script, /^desk\.js\?v=./);
    const kept = await admin().get(`/rap-ops/${script}`);
    assert.match(kept.headers['cache-control'] ?? '', /^max-age=\d+, immutable$/);
    assert.match(kept.text, /addEventListener/);
    for (const other of ['desk.js', 'desk.js?v=of-an-older-release'])
      assert.equal((await admin().get(`/rap-ops/${other}`)).headers['cache-control'], 'no-cache', other);
  });

  it('shows some of many pages that are asked for at once, and asks for the others again', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => admin().get('/rap-ops/')));
    const shown = all.filter(({ status }) => status === 200);
    const busy = all.filter(({ status }) => status === 503);
    assert.equal(shown.length + busy.length, all.length);
    // One at work, and thirty that wait.
    assert.ok(shown.length > 30 && busy.length > 0, `${shown.length}, ${busy.length}`);
    for (const { text } of shown) assert.match(text, /The key was refused/);
    for (const { headers, text } of busy) {
      assert.equal(headers['retry-after'], '5');
      assert.match(text, /data-follow="again"/);
    }
    assert.equal((await admin().get('/rap-ops/')).status, 200);
  });

  it('sends only what changed to a browser that has the rest', async () => {
    const ask = (mark = '') =>
      admin()
        .get('/rap-ops/')
        .set({ 'x-rap-desk': 'pieces', ...(mark === '' ? {} : { 'if-none-match': mark }) });
    let first = await ask();
    assert.doesNotMatch(first.text, /<html/);
    let again = await ask(first.headers.etag);
    // While the nodes start, the page has more and more to say.
    for (let more = 20; again.status === 200 && more > 0; more--) {
      first = again;
      again = await ask(first.headers.etag);
    }
    assert.deepEqual([again.status, again.text], [304, '']);
    assert.equal(again.headers['x-rap-as-of'], '21:52:00');
    assert.equal((await act('acknowledge', { alarm: 1, by: 'Chan' })).status, 200);
    const changed = await ask(first.headers.etag);
    assert.equal(changed.status, 200);
    assert.match(changed.text, /acknowledged by Chan/);
  });

  it('never makes markup of what a name or a message holds', async () => {
    const { text } = await admin().get('/rap-ops/');
    assert.doesNotMatch(text, /<img/);
    assert.match(text, /&lt;img src=x onerror=alert\(1\)&gt;/);
  });

  it('asks before it does, in the language of who asks, and says what it did', async () => {
    const form = await admin()
      .get('/rap-ops/act/acknowledge?alarm=1')
      .set({ 'accept-language': 'zh-TW,en;q=0.5' });
    assert.match(form.text, /確認警報 1/);
    const odd = await admin().get(`/rap-ops/act/acknowledge?alarm=${encodeURIComponent(markup)}`);
    assert.doesNotMatch(odd.text, /<img/);
    const nobody = await act('acknowledge', { alarm: 1, by: ' ' });
    assert.deepEqual([nobody.status, nobody.body.field], [400, 'by']);
    const none = await act('acknowledge', { alarm: 77, by: 'Chan' });
    assert.deepEqual([none.status, none.body.code], [400, 'USAGE']);
    const done = await act('acknowledge', { alarm: '1', by: 'Chan', why: 'seen' });
    assert.deepEqual([done.status, done.body.said], [200, 'Alarm 1 is acknowledged until 2026-12-01 21:52.']);
  });

  it('does nothing for a page of another address, whatever it sends', async () => {
    const others: Record<string, string>[] = [
      { origin: 'https://elsewhere.example' },
      { origin: 'null' },
      { origin: 'http://desk.example' },
      { origin: 'http://desk.example:1880.elsewhere.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of others) {
      const { status } = await act('acknowledge', { alarm: 1, by: 'x' }, headers);
      assert.equal(status, 403, JSON.stringify(headers));
    }
    const form = await admin().post('/rap-ops/act/acknowledge').type('form').send('alarm=1&by=x');
    assert.equal(form.status, 415);
  });

  it('keeps the language that was chosen', async () => {
    const { status, headers } = await admin().get('/rap-ops/?language=zh-Hans&a=b').redirects(0);
    assert.deepEqual([status, headers.location], [303, './?a=b']);
    const [cookie = ''] = headers['set-cookie'] as unknown as string[];
    const { text } = await admin().get('/rap-ops/').set({ cookie, 'accept-language': 'en' });
    assert.match(text, /<html lang="zh-Hans">/);
  });
});
