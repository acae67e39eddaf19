/** The desk's pages about reports: history, one report's story, quarantine, and what people do there. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { routeReport } from '../../lib/collection/route.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import desk from '../../nodes/desk/desk.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { frame } from '../support/flow-parts.ts';
import { idleAccounts } from '../support/practice-flow.ts';
import { admin } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const markup = '<img src=x onerror=alert(1)>';

describe('the desk, reports', () => {
  const system = useSystem({ clock: '2026-11-30 21:52' });
  const share = () => path.join(system.home, 'shares/ops');

  /** Received, landed and filed by the flow's own code. */
  async function filed(ledger: Ledger, name: string, date: string, content: string): Promise<number> {
    const of = `/INBOX/${date.replaceAll('-', '')}/${name}`;
    const file = path.join(system.home, 'landing/SIM001', of);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const facts = {
      account: 'SIM001',
      name,
      path: of,
      file,
      sha256,
      bytes: content.length,
      businessDate: date,
    };
    const { versionId } = await ledger.reports.recordReceived(
      aVersion({ ...facts, code: name.slice(0, 7), sequence: '4' }),
    );
    const report = (await ledger.reports.version(versionId)) ?? assert.fail();
    const rules = [{ system: '', code: '', folder: '', share: `${share()}/{businessDate}` }];
    const context = { home: system.home, account: 'SIM001', installation: 'hkscc' };
    assert.deepEqual((await routeReport(report, { ledger, run: 'run-1', rules, context })).errors, []);
    return versionId;
  }

  beforeEach(async () => {
    await fs.mkdir(share(), { recursive: true });
    const ledger = await openHome(system.home, system.clock);
    await filed(ledger, 'CCLTN05_SIM001.txt', '2026-11-27', 'of friday');
    await filed(ledger, 'RMAMR03_SIM001_4.zip', '2026-11-30', 'the fourth set');
    const odd = {
      account: 'SIM001',
      name: `${markup}.txt`,
      path: `/INBOX/${markup}.txt`,
      sha256: 'c'.repeat(64),
    };
    await ledger.reports.recordReceived(aVersion(odd));
    const content = 'damaged';
    const held = path.join(system.home, 'quarantine/SIM001/held.txt');
    await fs.mkdir(path.dirname(held), { recursive: true });
    await fs.writeFile(held, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const facts = {
      account: 'SIM001',
      name: 'CCMDS01_SIM001.txt',
      path: '/INBOX/CCMDS01_SIM001.txt',
      file: held,
    };
    await ledger.quarantine.quarantineReport(aVersion({ ...facts, sha256, bytes: 7 }), {
      code: 'CONTENT_WRONG',
      reason: `totals ${markup}`,
    });
    const name = { folder: '/INBOX', nameHex: 'b3f8', shown: '\\xb3\\xf8', code: 'NAME_REFUSED' as const };
    await ledger.reports.refuse('SIM001', 'run-1', [{ ...name, reason: 'is not UTF-8' }]);
    await ledger.close();
    await system.start([...frame('out'), ...idleAccounts()], { nodes: [desk] });
  });
  const get = async (address: string, language = 'en') => {
    const { status, text, headers } = await admin()
      .get(`/rap-ops/${address}`)
      .set({ 'accept-language': language });
    if (!address.includes('.csv')) assert.doesNotMatch(text ?? '', /<img/, address);
    return { status, text: text ?? '', headers };
  };
  const act = async (name: string, body: object) => {
    const answer = await admin()
      .post(`/rap-ops/act/${name}`)
      .set({ host: 'desk.example:1880', origin: 'http://desk.example:1880' })
      .send({ by: 'Chan', why: 'asked for', ...body });
    return {
      status: answer.status,
      ...(answer.body as { said?: string; code?: string; error?: string; cure?: string }),
    };
  };

  /** The delivery has ended: its page says so. Each look takes as long as a page takes. */
  async function ended(): Promise<void> {
    for (let looks = 0; />under way</.test((await get('deliver')).text); looks++)
      assert.ok(looks < 1000, 'the delivery does not end');
  }

  it('finds by any part of a name, and by date', async () => {
    const one = await get('history?q=ccltn05');
    assert.equal(one.status, 200);
    assert.match(one.text, /href="\.\/report\/1"[^>]*>CCLTN05_SIM001\.txt</);
    assert.doesNotMatch(one.text, /RMAMR03_SIM001/);
    const friday = await get('history?date=2026-11-27');
    assert.match(friday.text, /CCLTN05_SIM001\.txt/);
    assert.doesNotMatch(friday.text, /report\/2/);
    const held = await get('history?q=ccmds01');
    assert.match(held.text, /No report was received that fits[\s\S]*CCMDS01_SIM001\.txt[\s\S]*quarantine/);
    for (const odd of [
      'date=x',
      'before=-1',
      'before=1e9',
      'q=%22%27*%25',
      'account=%00',
      'code=%3Cimg%20src%3Dx%3E',
    ]) {
      assert.equal((await get(`history?${odd}`)).status, 200, odd);
    }
  });

  it('says that the fourth set is expected and has not come', async () => {
    await system.inLedger(async (ledger) => {
      const one = {
        report: 'RMAMR03',
        set: '5',
        businessDate: '2026-11-30',
        system: 'CCASS',
        state: 'missing',
      };
      const found = {
        reports: [{ ...one, about: 1, riskAfter: 2, lateAfter: 1_796_000_000, cutOff: 4, traces: [] }],
      };
      await ledger.expectations.recordCheck({ account: 'SIM001', at: 1, asked: {}, found } as never);
    });
    const { text } = await get('history?q=rmamr03');
    assert.match(text, /Expected, and not here[\s\S]*RMAMR03:5[\s\S]*missing/);
    const [, address = ''] = /href="\.\/(awaited\?[^"]+)"/.exec(text) ?? [];
    await system.inLedger(async (ledger) => {
      const of = { report: 'RMAMR03', set: '5', businessDate: '2026-11-30' };
      const act = { by: 'B. Wong', reason: `HKEX rang ${markup}` };
      await ledger.expectations.enterExpectation('', { entry: 'deadline', ...of, cutOff: 5 }, act);
      await ledger.expectations.enterExpectation(
        'SIM001',
        { entry: 'closed', ...of, set: '4' },
        { ...act, by: 'Nobody' },
      );
      const fault = { key: 'late', level: 'critical', account: 'SIM001', code: 'REPORT_MISSING' } as const;
      const told = { message: 'set 5 is missing', cure: 'c', run: '', groups: [], place: 'check' };
      await ledger.alarms.recordFault({ ...fault, ...told, subject: 'RMAMR03 5 2026-11-30' }, () => ({}));
    });
    for (const language of ['en', 'zh-TW', 'zh-CN']) {
      const story = (await get(address.replaceAll('&amp;', '&'), language)).text;
      assert.match(story, /B\. Wong[\s\S]*HKEX rang/, language);
      assert.match(
        story,
        /REPORT_MISSING[：:] ?(?:[報报]告缺失 <span class="detail" lang="en">)?set 5 is missing/,
      );
      assert.doesNotMatch(story, /Nobody/, 'of another set');
      assert.doesNotMatch(story, /report\/2"/, 'the fourth set is another report');
    }
    // When nobody asks about that date any more the story is still there.
    await system.inLedger((ledger) =>
      ledger.expectations.recordCheck({
        account: 'SIM001',
        at: 2,
        asked: {},
        found: { reports: [] },
      } as never),
    );
    assert.match((await get(address.replaceAll('&amp;', '&'))).text, /no longer asked about[\s\S]*B\. Wong/);
    for (const odd of [
      '',
      '?account=SIM001',
      '?account=SIM001&report=X&date=2026-11-30',
      '?account=SIM001&report=RMAMR03&set=5&date=x',
    ])
      assert.equal((await get(`awaited${odd}`)).status, 404, odd);
  });

  it('tells the story of names that were refused and of files that never came', async () => {
    await system.inLedger(async (ledger) => {
      const sight = { account: 'SIM001', run: 'run-1', dataCentre: 'primary' as const };
      await ledger.outstanding.noteSeen(sight, [
        { path: `/INBOX/late_${markup}.txt`, size: 1, modifiedAt: 1 },
      ]);
      await ledger.outstanding.noteSeen(sight, [{ path: '/INBOX/withdrawn.txt', size: 1, modifiedAt: 1 }]);
      const [, withdrawn] = (await ledger.openItems.openItems()).outstanding;
      await ledger.outstanding.closeOutstanding(withdrawn?.id ?? 0, {
        by: 'B. Wong',
        reason: 'HKEX withdrew it',
      });
    });
    const stories: [string, RegExp][] = [
      ['late_', /seen and not here/],
      ['withdrawn', /B\. Wong[\s\S]*HKEX withdrew it/],
      ['xb3', /left alone: NAME_REFUSED: it is not UTF-8[\s\S]*|NAME_REFUSED/],
      ['ccmds01', /put into quarantine: CONTENT_WRONG/],
    ];
    for (const [word, told] of stories) {
      const { text } = await get(`history?q=${word}`);
      const [, address = ''] = /href="\.\/(story\/\w+\/\d+)"/.exec(text) ?? [];
      const { status, text: story } = await get(address);
      assert.equal(status, 200, word);
      assert.match(story, told);
      assert.match(story, /SIM001 · \/INBOX/);
    }
    for (const odd of ['outstanding/99', 'refused/0', 'asked/1', 'x/1', 'quarantine/1e0', '__proto__/1'])
      assert.equal((await get(`story/${odd}`)).status, 404, odd);
  });

  it('pages by number and says where the next page begins', async () => {
    await system.inLedger(async (ledger) => {
      for (let n = 0; n < 60; n++) {
        const sha256 = createHash('sha256').update(`many ${n}`).digest('hex');
        await ledger.reports.recordReceived(
          aVersion({ account: 'SIM001', name: `many_${n}.txt`, path: `/INBOX/${n}/m`, sha256 }),
        );
      }
    });
    const first = await get('history?q=many');
    const [, more = ''] = /href="\.\/(history\?q=many&amp;before=\d+)"/.exec(first.text) ?? [];
    const second = await get(more.replaceAll('&amp;', '&'));
    assert.match(first.text, />many_59\.txt</);
    assert.match(second.text, />many_0\.txt</);
    assert.doesNotMatch(second.text, />many_59\.txt<|before=/);
  });

  it('saves the list as CSV that no spreadsheet computes', async () => {
    await system.inLedger((ledger) =>
      ledger.reports.recordReceived(
        aVersion({
          account: 'SIM001',
          name: '=HYPERLINK("http://x")',
          path: '/INBOX/=HYPERLINK("http://x")',
        }),
      ),
    );
    const { text, headers } = await get('history.csv?account=SIM001');
    assert.match(headers['content-disposition'] ?? '', /attachment; filename="rap-reports-SIM001\.csv"/);
    assert.match(headers['content-type'] ?? '', /text\/csv/);
    assert.ok(text.startsWith('\uFEFF"account",'), JSON.stringify(text.slice(0, 20)));
    assert.match(text, /"'=HYPERLINK\(""http:\/\/x""\)"/);
    assert.equal(text.trimEnd().split('\r\n').length, 5);
  });

  it('tells one report’s story in three languages, with its arrivals as a picture', async () => {
    for (const [language, word] of [
      ['en', 'Story'],
      ['zh-TW', '經過'],
      ['zh-CN', '经过'],
    ] as const) {
      const { status, text } = await get('report/2', language);
      assert.equal(status, 200);
      assert.ok(text.includes(word), language);
      assert.match(text, /<svg[^>]*role="img"[^>]*aria-label="[^"]+"/);
      assert.match(text, new RegExp(createHash('sha256').update('the fourth set').digest('hex')));
      assert.ok(text.includes(path.join(share(), '2026-11-30/RMAMR03_SIM001_4.zip')));
      assert.doesNotMatch(text.split('<main')[1] ?? assert.fail(), / style="|\{\w+\}/);
    }
    for (const odd of ['report/99', 'report/x', 'report/1e3', 'report/-1'])
      assert.equal((await get(odd)).status, 404, odd);
  });

  it('delivers again on a person’s word, and says where it lies', async () => {
    const file = path.join(share(), '2026-11-27/CCLTN05_SIM001.txt');
    assert.match((await get('report/1')).text, /data-act="deliver-again"/);
    const there = await act('deliver-again', { report: 1 });
    assert.match(there.said ?? '', /lay there already/);
    await fs.rm(file);
    assert.deepEqual(await act('deliver-again', { report: 1 }), { status: 200, said: `Delivered: ${file}.` });
    assert.equal(await fs.readFile(file, 'utf8'), 'of friday');
    assert.match((await get('report/1')).text, /Chan: delivered again: asked for/);
    await fs.rm(path.join(system.home, 'landing/SIM001/INBOX/20261127/CCLTN05_SIM001.txt'));
    const none = await act('deliver-again', { report: 1 });
    assert.deepEqual([none.status, none.code], [400, 'LANDING_GONE']);
    const to = path.join(system.home, 'shares/risk');
    const further = await act('deliver-to', { report: 2, to });
    assert.match(further.said ?? '', /shares\/risk\/RMAMR03_SIM001_4\.zip/);
    const secret = await act('deliver-to', { report: 2, to: path.join(system.home, 'secrets') });
    assert.deepEqual([secret.status, secret.code], [400, 'ROUTE_INVALID']);
    const nobody = await act('deliver-again', { report: 2, why: '' });
    assert.equal(nobody.status, 400);
  });

  it('says that a file is gone, and leaves it on a person’s word', async () => {
    const at = path.join(share(), '2026-11-27');
    await system.inLedger((ledger) =>
      ledger.placedFiles.notePlaced(
        [{ versionId: 1, share: at, state: 'gone', why: 'gone' }],
        system.clock.now(),
      ),
    );
    assert.match((await get('report/1')).text, /there is no such file/);
    assert.match((await get('history?q=ccltn05')).text, /gone or changed/);
    assert.equal((await act('leave-file', { report: 1, share: at })).status, 200);
    assert.match((await get('report/1')).text, /not looked after any more: Chan: asked for/);
    assert.equal((await act('leave-file', { report: 1, share: at })).status, 400);
  });

  it('delivers a business date, a share and names again, shown first and done in the background', async () => {
    const pageOf = async (address: string) => (await get(address)).text;
    const fieldsIn = (text: string): Record<string, string> => {
      const [, fields = '{}'] = /data-act="deliver-many" data-fields="([^"]+)"/.exec(text) ?? [];
      return JSON.parse(fields.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
    };
    assert.match(await pageOf('history?date=2026-11-27'), /href="\.\/deliver\?date=2026-11-27"/);
    const friday = await pageOf('deliver?date=2026-11-27');
    assert.match(friday, /1 report would be delivered/);
    assert.match(friday, /CCLTN05_SIM001\.txt[\s\S]*shares\/ops\/2026-11-27/);
    const gone = path.join(share(), '2026-11-27/CCLTN05_SIM001.txt');
    await fs.rm(gone);
    const begun = await act('deliver-many', fieldsIn(friday));
    assert.deepEqual(
      [begun.status, begun.said],
      [200, 'Begun: 1 reports. The page says how far it is.'],
      begun.error,
    );
    await ended();
    assert.equal(await fs.readFile(gone, 'utf8'), 'of friday');
    assert.match(await pageOf('deliver'), /1 of 1 reports · 1 delivered, 0 lay there/);
    // By share: all that was delivered there; one lies there, one went away with its folder.
    await fs.rm(path.join(share(), '2026-11-30'), { recursive: true });
    const all = await pageOf(`deliver?share=${encodeURIComponent(share())}`);
    assert.match(all, /2 reports would be delivered/);
    assert.equal((await act('deliver-many', fieldsIn(all))).status, 200);
    await ended();
    assert.match(
      await pageOf('deliver'),
      /2 of 2 reports · 1 delivered, 1 lay there, 0 beside other content, 0 not/,
    );
    // To a further folder, as a rule says it; what it cannot be is refused before anything is done.
    const further = path.join(system.home, 'shares/risk');
    await fs.mkdir(further);
    const to = encodeURIComponent(`${further}/{yyyy}`);
    const named = await pageOf(`deliver?q=rmamr03&to=${to}`);
    assert.match(named, /shares\/risk\/2026</);
    assert.equal((await act('deliver-many', fieldsIn(named))).status, 200);
    await ended();
    assert.equal(
      await fs.readFile(path.join(further, '2026/RMAMR03_SIM001_4.zip'), 'utf8'),
      'the fourth set',
    );
    for (const [odd, why] of [
      [`q=rmamr03&to=${encodeURIComponent(`${further}/{nonsense}`)}`, /nonsense/],
      [`q=rmamr03&to=relative`, /relative/],
      [`q=rmamr03&share=/x&to=/y`, /do not go together/],
      [`q=rmamr03&to=/${'x'.repeat(1200)}`, /too long/],
      [`q=nothing-has-this-name`, /No report fits/],
      [`q=${encodeURIComponent(markup)}`, /would be delivered[\s\S]*goes nowhere/],
      ['', /Say which reports/],
    ] as const) {
      const text = await pageOf(`deliver?${odd}`);
      assert.match(text, why, odd);
      if (!odd.startsWith('q=%3C')) assert.doesNotMatch(text, /data-act="deliver-many"/, odd);
    }
    const records = await system.inLedger(async (ledger) =>
      (await ledger.journal.records()).filter(({ who, why }) => who === 'Chan' && why === 'asked for'),
    );
    assert.equal(records.length, 4);
  });

  it('delivers nothing that the page did not show, and one thing at a time', async () => {
    const { text } = await get('deliver?date=2026-11-30');
    const [, fields = '{}'] = /data-act="deliver-many" data-fields="([^"]+)"/.exec(text) ?? [];
    const shown = JSON.parse(fields.replaceAll('&quot;', '"'));
    for (const odd of [
      { n: 7 },
      { date: '' },
      { date: '2026-11-27' },
      { last: 0 },
      { to: 'relative', q: 'rmamr03' },
    ])
      assert.equal((await act('deliver-many', { ...shown, ...odd })).status, 400, JSON.stringify(odd));
    await system.inLedger((ledger) => filed(ledger, 'CCLTN02_SIM001.txt', '2026-11-30', 'came since'));
    const both = await Promise.all([act('deliver-many', shown), act('deliver-many', shown)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 400]);
    await ended();
    assert.match((await get('deliver')).text, /1 of 1 reports/);
  });

  it('reads the files of a report on its shares when somebody asks, whole', async () => {
    assert.match(
      (await act('look-files', { report: 1 })).said ?? '',
      /1 as delivered, 0 gone, 0 changed, 0 cannot/,
    );
    const file = path.join(share(), '2026-11-27/CCLTN05_SIM001.txt');
    const { atime, mtime } = await fs.stat(file);
    await fs.writeFile(file, 'of Friday');
    await fs.utimes(file, atime, mtime);
    assert.match((await act('look-files', { report: 1 })).said ?? '', /0 as delivered, 0 gone, 1 changed/);
    assert.match((await get('report/1')).text, /it has other content/);
    await fs.rm(file);
    // Nothing else shows whether this share is mounted: it is not called gone.
    assert.match(
      (await act('look-files', { report: 1 })).said ?? '',
      /0 gone, 0 changed, 1 cannot be looked at/,
    );
    assert.equal((await act('look-files', { report: 3 })).status, 400, 'it lies nowhere');
    assert.equal((await act('look-files', { report: 99 })).status, 400);
  });

  it('releases and discards what lies in quarantine, once', async () => {
    const { text } = await get('quarantine');
    assert.match(text, /2 things wait for a decision/);
    assert.match(text, /CCMDS01_SIM001\.txt[\s\S]*totals &lt;img/);
    assert.match((await get('quarantine', 'zh-CN')).text, /有 2 项等待决定/);
    const released = await act('release-report', { id: 1 });
    assert.match(released.said ?? '', /CCMDS01_SIM001\.txt is released/);
    assert.equal((await act('discard-report', { id: 1 })).status, 400);
    const unsafe = await act('release-name', { id: 1, as: '../x' });
    assert.deepEqual([unsafe.status, unsafe.code], [400, 'NAME_REFUSED']);
    assert.match((await act('release-name', { id: 1, as: 'safe.txt' })).said ?? '', /kept as safe\.txt/);
    assert.equal((await act('discard-name', { id: 1 })).status, 400);
    assert.match((await get('quarantine')).text, /Nothing waits for a decision[\s\S]*released/);
  });
});
