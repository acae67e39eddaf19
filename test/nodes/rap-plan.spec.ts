import assert from 'node:assert/strict';
import { planFields } from '../../lib/practice/plan-fields.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { timelineOf } from '../../lib/practice/timeline.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { readPlanFields } from '../../nodes/rap-plan/settings.ts';
import { idleAccounts, planNode } from '../support/practice-flow.ts';
import { admin, type Runtime } from '../support/runtime.ts';
import { wrongScript } from '../support/scripts.ts';
import { useSystem } from '../support/use-system.ts';

const known = [
  { account: 'SIM001', installation: 'hkscc' },
  { account: 'SIMC01', installation: 'hkcc-seoch' },
] as const;
const fields = planFields(practice20250621);

describe('rap-plan', () => {
  const system = useSystem();
  let runtime: Runtime;

  const start = async (changes: Record<string, unknown> = {}) => {
    const tab = { id: 'tab', type: 'tab', label: 'test' };
    runtime = await system.start([tab, ...idleAccounts(), planNode(changes)]);
  };
  const preview = async (changes: Record<string, unknown>, language = 'en-US') =>
    (
      await admin()
        .post('/rap-plan/preview')
        .send({ fields: { ...fields, ...changes }, known, language })
    ).body as {
      error?: string;
      cure?: string;
      field?: string;
      text?: string;
      timeline?: string[];
      calendar?: string;
    };
  it('makes the same plan of the fields that it makes of the plan', async () => {
    await start();
    assert.deepEqual(
      readPlanFields(fields, () => undefined, known),
      practice20250621,
    );
  });

  it('gives the deployed plan as text, calendar and JSON, and nothing else', async () => {
    await start();
    const text = await admin().get('/rap-plan/plan/plan.txt');
    assert.match(text.text, /14:00 to 16:00 {2}Part 1, secondary data centre/);
    const chinese = await admin().get('/rap-plan/plan/plan.txt').set('accept-language', 'zh-HK,en');
    assert.match(chinese.text, /14:00 至 16:00 {2}Part 1，後備數據中心/);
    const calendar = await admin().get('/rap-plan/plan/plan.ics');
    assert.match(calendar.text, /^BEGIN:VCALENDAR\r\n/);
    assert.match(calendar.text, /DTSTART:20250621T060000Z/);
    const json = await admin().get('/rap-plan/plan/plan.json');
    assert.deepEqual(JSON.parse(json.text), practice20250621);
    assert.equal((await admin().get('/rap-plan/plan/plan.exe')).status, 404);
    assert.equal((await admin().get('/rap-plan/other/plan.txt')).status, 404);
  });

  it('refuses a wrong plan at deploy time, with the field named under the node and in the log', async () => {
    await start({ weekday: 'Wednesday' });
    await runtime.until(() => runtime.statusText('plan') === 'check settings', 'the warning');
    assert.equal((await admin().get('/rap-plan/plan/plan.txt')).status, 404);
  });

  it('names the wrong field while the plan is being written, with what to do', async () => {
    await start();
    const wrong: [Record<string, unknown>, string, RegExp][] = [
      [{ weekday: 'Wednesday' }, 'weekday', /says Wednesday, but 2025-06-21 is a Saturday/],
      [{ date: '2025-02-30' }, 'date', /"2025-02-30" is not a date/],
      [{ accounts: [{ account: 'NOBODY', installation: 'hkscc' }] }, 'accounts[0].account', /not known here/],
      [{ noticeMinutes: 'a quarter' }, 'noticeMinutes', /"a quarter" is not a number/],
      [{ cutOff: '15:00' }, 'weather.cutOff', /not before the first part/],
      [{ freezeTo: '2025-06-21 15:00' }, 'keyFreeze', /does not cover the session/],
      [
        { parts: fields.parts.map((part) => ({ ...part, start: '14:00' })) },
        'parts[1].start',
        /overlaps "Part 1"/,
      ],
      [
        { parts: fields.parts.map((part) => ({ ...part, tasks: 'log-in, dance' })) },
        'parts[0].tasks[1]',
        /must be one of/,
      ],
      [
        { deadlines: [{ what: 'Register', date: '2025-06-13', weekday: 'Wednesday', remind: '1' }] },
        'deadlines[0].weekday',
        /says Wednesday, but 2025-06-13 is a Friday/,
      ],
      [{ hotlines: fields.hotlines.slice(1) }, 'hotlines', /no number for hkscc/],
    ];
    for (const [changes, field, words] of wrong) {
      const { error, cure, field: named } = await preview(changes);
      assert.equal(named, field);
      assert.match(error ?? '', words);
      assert.ok((cure ?? '').length > 10, field);
    }
    const good = await preview({});
    assert.equal(good.error, undefined);
    assert.match(good.text ?? '', /Saturday 2025-06-21/);
  });

  it('says what is wrong with a whole plan, and what the plan is, in the language of the dialog', async () => {
    await start();
    const wrong: Record<string, unknown>[] = [
      { weekday: 'Wednesday' },
      { accounts: [...fields.accounts, ...fields.accounts] },
      { accounts: [{ account: 'NOBODY', installation: 'hkscc' }] },
      { accounts: [{ account: 'SIM001', installation: 'hkcc-seoch' }] },
      { cutOff: '15:00' },
      { reportsOf: '2025-06-22' },
      { reportsOf: '2025-06-14' },
      { freezeTo: '2025-06-21 15:00' },
      { parts: fields.parts.map((part) => ({ ...part, start: '14:00' })) },
      { parts: fields.parts.map((part) => ({ ...part, name: 'Part 1' })) },
      { deadlines: [{ what: 'Register', date: '2025-06-23', weekday: '', remind: '1' }] },
      { hotlines: fields.hotlines.slice(1) },
      { hotlines: fields.hotlines.map((hotline) => ({ ...hotline, from: '14:30' })) },
      { title: '' },
      { parts: fields.parts.map((part) => ({ ...part, end: 'noon' })) },
    ];
    for (const [tag, language] of [
      ['zh-TW', 'zh-Hant'],
      ['zh-Hans-CN', 'zh-Hans'],
    ] as const) {
      for (const changes of wrong) {
        const { error = '', cure = '' } = await preview(changes, tag);
        for (const text of [error, cure]) {
          assert.match(text, /\p{Script=Han}/u, JSON.stringify(changes));
          assert.doesNotMatch(text, /\b(a|and|be|cannot|Enter|in|is|not|row|says|the|to)\b/, text);
          assert.deepEqual(wrongScript(text, language), [], text);
        }
      }
      const { text = '', timeline = [], calendar = '' } = await preview({}, tag);
      const mine = text.replaceAll(practice20250621.source, '');
      for (const deadline of practice20250621.deadlines) assert.ok(mine.includes(deadline.what));
      assert.match(mine, /\d 天|最後一天|最后一天/);
      assert.equal(timeline.length, timelineOf(practice20250621).length);
      assert.ok(timeline.every((line) => /^\d{4}-\d\d-\d\d \d\d:\d\d {2}.*\p{Script=Han}/u.test(line)));
      assert.match(calendar, /DESCRIPTION:.*\p{Script=Han}/u);
    }
    const english = await preview({});
    assert.deepEqual(
      english.timeline,
      timelineOf(practice20250621).map(({ at, title }) => `${hongKongStamp(at).slice(0, 16)}  ${title}`),
    );
  });

  it('brings the session of 21 June 2025 filled in, and takes a plan pasted as JSON', async () => {
    await start();
    const { presets } = (await admin().get('/rap-plan/presets')).body as {
      presets: { id: string; fields: unknown }[];
    };
    assert.deepEqual(
      presets.map(({ id }) => id),
      ['2025-06-21'],
    );
    assert.deepEqual(presets[0]?.fields, fields);

    const pasted = { ...practice20250621, title: 'Another one' };
    const taken = await admin()
      .post('/rap-plan/import')
      .send({ json: JSON.stringify(pasted) });
    assert.equal((taken.body as { fields: { title: string } }).fields.title, 'Another one');
    const broken = await admin().post('/rap-plan/import').send({ json: '{' });
    assert.match((broken.body as { error: string }).error, /not JSON/);
    const wrong = await admin()
      .post('/rap-plan/import')
      .send({ json: JSON.stringify({ ...pasted, weather: { ...pasted.weather, sun: true } }) });
    assert.equal((wrong.body as { field: string }).field, 'weather.sun');
  });

  it('says in the language of the editor what is wrong with a plan pasted as JSON', async () => {
    await start();
    const rows: [string, RegExp, RegExp][] = [
      ['{', /文字不是 JSON：/, /請貼上整個計劃/],
      ['[]', /演習計劃無法使用：必須是有欄位的物件/, /請重新輸入 整個計劃/],
      [JSON.stringify({ ...practice20250621, sun: true }), /sun 不是計劃的欄位/, /請刪去 sun/],
    ];
    for (const [json, error, cure] of rows) {
      const { body } = await admin().post('/rap-plan/import').send({ json, language: 'zh-Hant' });
      const said = body as { error: string; cure: string };
      assert.match(said.error, error);
      assert.match(said.cure, cure);
    }
  });
});
