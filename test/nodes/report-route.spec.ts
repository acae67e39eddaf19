import assert from 'node:assert/strict';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import type { CollectionSummary } from '../../lib/collection/collect.ts';
import type { Host } from '../../lib/delivery/path-policy.ts';
import type { ReceivedReport } from '../../lib/model/types.ts';
import { readRoute } from '../../nodes/report-route/settings.ts';
import { filesIn } from '../support/files.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import { admin, type FlowNode, type Received, type Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const errorOf = (msg: Received) =>
  msg.error as { code: string; message: string; source: { id: string; count: number } };
const delivered = (msg: Received) =>
  msg.payload as ReceivedReport & { deliveries: { file: string; share: string }[] };

describe('report-route', () => {
  const system = useSystem({ simulator: { businessDate: '2025-06-20', riskFileBytes: 20_000 } });
  let runtime: Runtime;
  const everything = [{ system: '', code: '', folder: '', share: '{home}/shares/{system}/{businessDate}' }];

  function flow(rules: unknown = everything): FlowNode[] {
    return [
      ...frame('filed', 'end', 'news'),
      accountOf(system.simulator, 'hkscc'),
      node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list']),
      node('list', 'rap-list', { settleSeconds: '0' }, ['download']),
      node('download', 'rap-download', {}, ['route'], ['route']),
      node('route', 'report-route', { rules }, ['filed'], ['logout'], ['news']),
      node('logout', 'rap-connect', { action: 'logout', account: 'account-hkscc' }, ['end']),
    ];
  }

  async function run(rules?: unknown): Promise<void> {
    runtime = await system.start(flow(rules));
    runtime.send('login');
  }

  const allIn = async (folder: string) =>
    [...(await filesIn(folder)).values()].map((content) => content.toString('base64')).sort();

  it('files every report under its rule, byte for byte, and lets the summary pass last', async () => {
    await run();
    const summary = (await runtime.message('end')).payload as CollectionSummary;
    const filed = runtime.received('filed');
    assert.equal(filed.length, summary.received.length);
    assert.deepEqual(
      await allIn(`${system.home}/shares`),
      await allIn(system.simulator.tree('hkscc', 'primary')),
    );
    const clearing = filed
      .map(delivered)
      .find((one) => one.code === 'CCLTN05' && one.businessDate === '2025-06-20');
    assert.equal(clearing?.deliveries[0]?.share, `${system.home}/shares/CCASS/2025-06-20`);
    assert.match(runtime.statusText('route'), new RegExp(`^\\d\\d:\\d\\d · ${filed.length} filed$`));
    assert.equal(runtime.received('caught').length, 0);
  });

  it('files a copy by each rule that fits, and complains of a report that no rule fits', async () => {
    await run([
      { system: 'CCASS', code: '', folder: '', share: '{home}/shares/clearing' },
      { system: '', code: 'CCLTN*', folder: '', share: '{home}/shares/risk' },
    ]);
    await runtime.message('end');
    const statement = runtime
      .received('filed')
      .map(delivered)
      .find((one) => one.code === 'CCLTN05');
    assert.deepEqual(
      statement?.deliveries.map((delivery) => delivery.share),
      [`${system.home}/shares/clearing`, `${system.home}/shares/risk`],
    );
    assert.ok(
      runtime
        .received('filed')
        .map(delivered)
        .every((one) => one.system === 'CCASS'),
    );
    const caught = await runtime.message('caught');
    assert.equal(errorOf(caught).code, 'UNROUTED');
    assert.equal(runtime.received('end').length, 1, 'the summary goes on all the same');
  });

  it('says which share cannot be written, goes on, and delivers with the next run', async () => {
    await writeFile(`${system.home}/blocked`, 'a file where the share should be');
    await run([
      { system: '', code: '', folder: '', share: '{home}/shares' },
      { system: 'VaR', code: '', folder: '', share: '{home}/blocked/var' },
    ]);
    const summary = (await runtime.message('end')).payload as CollectionSummary;
    const var1 = summary.received.filter((one) => one.system === 'VaR');
    assert.ok(var1.length > 0);
    const caught = runtime.received('caught');
    assert.ok(var1.length > 1);
    assert.equal(caught.length, 1, 'one alarm for one share, however many reports');
    assert.equal(errorOf(caught[0] ?? assert.fail()).code, 'NOT_WRITABLE');
    assert.match(errorOf(caught[0] ?? assert.fail()).message, /blocked\/var/);
    assert.equal(errorOf(caught[0] ?? assert.fail()).source.id, 'route');
    assert.equal(runtime.statusText('route'), 'waits for a share');
    assert.equal(runtime.received('filed').length, summary.received.length - var1.length);

    await rm(`${system.home}/blocked`);
    runtime.send('login');
    await runtime.message('end', 1);
    assert.equal((await filesIn(`${system.home}/blocked/var`)).size, var1.length);
    assert.equal(runtime.received('filed').length, summary.received.length);
    assert.equal(runtime.received('caught').length, 1);
    const back = errorOf(await runtime.message('news'));
    assert.equal(back.code, 'SHARE_BACK');
    assert.match(back.message, new RegExp(`blocked/var serves again .* ${var1.length} reports`));
  });

  it('refuses rules it cannot understand when the flow is deployed, naming rule and field', async () => {
    await run([{ system: '', code: '', folder: '', share: '{home}/{nonsense}' }]);
    await runtime.until(() => runtime.statusText('route') === 'check the rules', 'the warning');
    const caught = await runtime.message('caught');
    assert.equal(errorOf(caught).code, 'ROUTE_INVALID');
    assert.match(errorOf(caught).message, /rule 1: share .*\{nonsense\}/);
  });

  it('refuses a folder of RAP_HOME when the flow is deployed, and nothing is put there', async () => {
    await run([{ system: '', code: '', folder: '', share: '{home}/landing/{account}' }]);
    await runtime.until(() => runtime.statusText('route') === 'check the rules', 'the warning');
    assert.match(errorOf(await runtime.message('caught')).message, /lies in RAP_HOME, in "landing"/);
  });

  it('looks at the folders when the flow is deployed, before a report comes', async () => {
    const deployed = async (share: string, status: string) => {
      runtime = await system.start(flow([{ system: '', code: '', folder: '', share }]));
      await runtime.until(() => runtime.statusText('route') === status, `${share}: ${status}`);
      await runtime.stop();
    };
    await mkdir(`${system.home}/landing`);
    await symlink(`${system.home}/landing`, `${system.home}/innocent`);
    await deployed('{home}/innocent/{yyyy}', 'folder refused');
    await writeFile(`${system.home}/file`, '');
    await deployed('{home}/file/{yyyy}', 'cannot write');
    if (process.platform === 'linux') {
      await deployed('/proc/rap/{yyyy}', 'folder refused');
      await deployed('/sys/fs', 'folder refused');
    }
    await run([{ system: '', code: '', folder: '', share: '{home}/not/there/yet' }]);
    await runtime.message('end');
    assert.equal(runtime.received('caught').length, 0);
  });

  if (process.platform === 'linux') {
    it('ends with an error at once where the kernel makes no folders, and burns no core', async () => {
      await run([{ system: '', code: '', folder: '', share: '/proc/rap/{yyyy}/{MM}' }]);
      const begun = process.cpuUsage();
      await runtime.message('end');
      const told = runtime.received('caught').map(errorOf);
      assert.deepEqual(
        told.map(({ code }) => code),
        ['FOLDER_REFUSED', 'FOLDER_REFUSED'],
        'at the deploy and once in the run',
      );
      assert.equal(told[0]?.message, told[1]?.message);
      const { user, system } = process.cpuUsage(begun);
      assert.ok(user + system < 5_000_000, `${user + system} microseconds`);
    });
  }

  it('previews rules for the dialog', async () => {
    runtime = await system.start(flow());
    const rules = [{ system: 'CCASS', code: '', folder: '', share: `\${RAP_HOME}/shares/{yyyy}/{MM}` }];
    const good = (await admin().post('/report-route/preview').send({ rules })).body as {
      examples: { name: string; folders: string[] }[];
    };
    const [first] = good.examples;
    assert.deepEqual(first, {
      name: 'CCLTN05_SIM001_20250620.txt',
      folders: [`${system.home}/shares/2025/06`],
    });
    assert.ok(good.examples.some((example) => example.folders.length === 0));
    // A report that the site has added itself is among them, as its catalogue takes it.
    await writeFile(
      `${system.home}/catalogue.yaml`,
      'reports:\n  - {code: QQX77, system: CCASS, installation: hkscc, name: n, source: s, certainty: ours, file: "qq-{yyyymmdd}.dat", fileCertainty: ours, folder: /QQ, calendar: securities, frequency: optional}\n',
    );
    const own = (await admin().post('/report-route/preview').send({ rules })).body as typeof good;
    assert.deepEqual(own.examples.at(-1), {
      name: 'qq-20260227.dat',
      folders: [`${system.home}/shares/2026/02`],
    });
    const bad = (
      await admin()
        .post('/report-route/preview')
        .send({ rules: [{ share: 'x' }] })
    ).body;
    assert.match((bad as { error: string }).error, /rule 1: share/);
    const said = await admin()
      .post('/report-route/preview')
      .send({ rules: [{ share: 'x' }], language: 'zh-TW' });
    assert.match((said.body as { error: string }).error, /^規則 1，共用磁碟資料夾 "x" 須以斜線/);
  });
});

describe('The settings of report-route', () => {
  it('are refused at the deploy when a folder would fail with the first report, variables put in', () => {
    const service: Host = { platform: 'win32', service: true, drives: ['C:'] };
    const read = (share: string) =>
      readRoute(
        { rules: [{ share }] },
        (name) => (name === 'OPS' ? 'Z:\\ops' : undefined),
        'C:\\rap',
        service,
      );
    assert.equal(read('\\\\fileserver\\ops\\{system}').rules.length, 1);
    assert.throws(() => read(`\${OPS}\\{system}`), {
      code: 'ROUTE_INVALID',
      message: /^rule 1: share "Z:\\ops\\\{system\}" is on drive Z:, which a service does not see/,
    });
  });
});
