/** What the environment of the service holds reaches flows by name only where it may: see decision 20. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import type { NodeAPI } from 'node-red';
import type { ContactsConfig } from '../../lib/mail/config.ts';
import { planFields } from '../../lib/practice/plan-fields.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { frame, node } from '../support/flow-parts.ts';
import { admin, type FlowNode, type Received, type Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';
import { worked } from '../support/worked.ts';

const planted = {
  RAP_CREDENTIAL_SECRET: 'canary-credential-secret',
  RAP_JOURNAL_KEY: 'ca'.repeat(32),
  RAP_EDITOR_PASSWORD_HASH: '$2b$08$canary-password-hash',
  RAP_KEY_PASSPHRASE: 'canary passphrase/of+the key',
  RAP_SMTP_PASSWORD: 'canary=password of the relay',
  WEBHOOK_TOKEN: 'canary-token-of-the-webhook',
};
const open = { OPS_SHARE: '/mnt/canary-share' };
const values = Object.values(planted);
const names = Object.keys(planted);
const errorOf = (msg: Received) => msg.error as { code: string; message: string };

function assertSilent(text: string): void {
  for (const value of values) assert.ok(!text.includes(value), `${value} in ${text.slice(0, 300)}`);
}

describe('Secrets of the environment', () => {
  const system = useSystem();
  let runtime: Runtime;
  let red: NodeAPI;

  before(() => Object.assign(process.env, planted, open));
  after(() => {
    for (const name of [...names, ...Object.keys(open)]) delete process.env[name];
  });

  async function start(
    flow: FlowNode[],
    more: { credentials?: Record<string, Record<string, string>>; envVarExcludes?: string[] } = {},
  ) {
    const nodes = [
      (RED: NodeAPI) => {
        red = RED;
      },
    ];
    runtime = await system.start(flow, { nodes, ...more });
  }

  const rule = (share: string, changes = {}) => ({ system: '', code: '', folder: '', share, ...changes });
  const contacts = (changes: Record<string, unknown> = {}): FlowNode => ({
    ...{ id: 'contacts', type: 'rap-contacts', name: '', host: '127.0.0.1', port: '1', security: 'none' },
    ...{
      from: 'rap@broker.example',
      contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: '' }],
      ...changes,
    },
  });
  const notify = node('notify', 'contact-notify', { contacts: 'contacts', groups: '' });

  describe('in what a node is set to', () => {
    const route = (share: string, tab: object = {}) => {
      const [first, ...others] = frame();
      return [
        { ...first, ...tab } as FlowNode,
        ...others,
        node('route', 'report-route', { rules: [rule(share)] }),
      ];
    };
    const rows: [string, FlowNode[]][] = [
      ...names.map((name): [string, FlowNode[]] => [
        `a share with ${name} in it`,
        route(`/mnt/x/\${${name}}`),
      ]),
      ['a share that is one, which Node-RED itself puts in', route(`\${RAP_SMTP_PASSWORD}`)],
      ['a share that is one, in the other spelling of Node-RED', route('$(RAP_CREDENTIAL_SECRET)')],
      ['one of what is around', route(`/mnt/\${$parent.RAP_JOURNAL_KEY}`)],
      [
        'one that the flow gave another name',
        route(`/mnt/\${INNOCENT}`, { env: [{ name: 'INNOCENT', type: 'env', value: 'RAP_SMTP_PASSWORD' }] }),
      ],
      [
        'one that the flow keeps as a credential',
        route(`/mnt/\${INNOCENT}`, { env: [{ name: 'INNOCENT', type: 'cred', value: '' }] }),
      ],
      [
        'a pattern',
        [
          ...frame(),
          node('route', 'report-route', { rules: [rule('/mnt/x', { code: `\${RAP_JOURNAL_KEY}*` })] }),
        ],
      ],
      [
        'a schedule',
        [
          ...frame(),
          node('route', 'rap-schedule', { mode: 'pattern', pattern: `\${WEBHOOK_TOKEN}`, calendar: 'none' }),
        ],
      ],
    ];
    for (const [what, flow] of rows) {
      it(`refuses ${what}, and says no more than the name`, async () => {
        await start(flow);
        runtime.send('route');
        const { code, message } = errorOf(await runtime.message('caught'));
        assert.equal(code, 'CONFIG_INVALID');
        assert.match(message, /holds a secret$/);
        assertSilent(JSON.stringify([runtime.received('caught'), runtime.statuses('route')]));
      });
    }

    it('refuses them in config nodes as well', async () => {
      await start([...frame(), contacts({ from: `rap@\${RAP_SMTP_PASSWORD}` }), notify]);
      runtime.send('notify', { error: { message: 'x' } } as never);
      await runtime.message('caught');
      assertSilent(JSON.stringify([runtime.received('caught'), runtime.statuses('notify')]));
    });

    it('leaves alone what is no secret, and what a person notes about a node', async () => {
      const route = node('route', 'report-route', {
        rules: [rule(`\${OPS_SHARE}/{system}`)],
        info: `not \${RAP_JOURNAL_KEY}`,
      });
      await start([...frame(), route]);
      const { settings } = red.nodes.getNode('route') as unknown as {
        settings: { rules: { share: string }[] };
      };
      assert.equal(settings.rules[0]?.share, '/mnt/canary-share/{system}');
    });
  });

  describe('in the fields for secrets', () => {
    const smtp = () =>
      (red.nodes.getNode('contacts') as unknown as { settings: ContactsConfig }).settings.smtp;
    const credentials = (password: string) => ({ contacts: { user: 'rap', password } });

    for (const envVarExcludes of [undefined, names]) {
      it(`are put in${envVarExcludes === undefined ? '' : ', also where settings.js keeps them from flows'}`, async () => {
        const more = envVarExcludes === undefined ? {} : { envVarExcludes };
        await start([...frame(), contacts(), notify], {
          credentials: credentials(`\${RAP_SMTP_PASSWORD}`),
          ...more,
        });
        assert.deepEqual([smtp().user, smtp().password], ['rap', planted.RAP_SMTP_PASSWORD]);
      });

      it(`may not be those of the service itself${envVarExcludes === undefined ? '' : ', kept from flows or not'}`, async () => {
        const more = envVarExcludes === undefined ? {} : { envVarExcludes };
        await start([...frame(), contacts(), notify], {
          credentials: credentials(`\${RAP_CREDENTIAL_SECRET}`),
          ...more,
        });
        assert.throws(smtp, { code: 'CONFIG_INVALID', message: /^password: a secret of the service itself/ });
      });
    }

    it('that are plain stay as they are, and one that is not set is told', async () => {
      await start([...frame(), contacts(), notify], { credentials: credentials(`a \${b} $c`) });
      assert.equal(smtp().password, `a \${b} $c`);
      await runtime.stop();
      await start([...frame(), contacts(), notify], { credentials: credentials(`\${NOT_SET_PASSWORD}`) });
      assert.throws(smtp, {
        code: 'CONFIG_INVALID',
        message: 'password: the environment variable NOT_SET_PASSWORD is not set',
      });
    });
  });

  describe('in a preview', () => {
    beforeEach(() =>
      start([
        ...frame(),
        node('route', 'report-route', { rules: [] }),
        node('schedule', 'rap-schedule', { mode: 'times', times: [], calendar: 'none' }),
        { id: 'plan', type: 'rap-plan', name: '', ...planFields(practice20250621) } as FlowNode,
      ]),
    );
    const ask = async (path: string, body: object) => {
      const { text, status } = await admin().post(path).send(body);
      assertSilent(text);
      return {
        status,
        answer: JSON.parse(text) as {
          error?: string;
          examples?: { folders: string[] }[];
          due?: string[];
          text?: string;
        },
      };
    };
    const spellings = [...names, ...names.map((name) => `$parent.${name}`)].flatMap((name) => [
      `\${${name}}`,
      `/x/\${ ${name} }`,
      `$(${name})`,
    ]);

    it('are not put in anywhere, whatever is asked', async () => {
      for (const text of spellings) {
        const said = [
          await ask('/report-route/preview', { rules: [rule(text)] }),
          await ask('/report-route/preview', {
            rules: [rule('/x', { code: text, system: text, folder: text })],
            shares: text,
          }),
          await ask('/report-route/preview', { rules: [rule(`/x/\${A}`)], env: { A: text } }),
          await ask('/rap-schedule/preview', { mode: 'pattern', pattern: text, calendar: 'none' }),
          await ask('/rap-schedule/preview', { mode: text, times: [{ time: text }], calendar: text }),
          await ask('/rap-plan/preview', {
            fields: { ...planFields(practice20250621), title: text, source: text, date: text },
            known: [{ account: text }],
          }),
          await ask('/rap-plan/import', { json: JSON.stringify({ ...practice20250621, title: text }) }),
        ];
        for (const { status } of said) assert.equal(status, 200);
      }
    });

    it('nor is anything else of the environment; its variables are shown by name', async () => {
      const { answer } = await ask('/report-route/preview', {
        rules: [rule(`\${OPS_SHARE}/{yyyy}`), rule(`/mnt/\${OPS_SHARE}`)],
      });
      assert.deepEqual(answer.examples?.[0]?.folders, [`\${OPS_SHARE}/2025`, `/mnt/\${OPS_SHARE}`]);
      assert.ok(!JSON.stringify(answer).includes(open.OPS_SHARE));
    });

    it('RAP_HOME is, and what flow, group and subflow define', async () => {
      const env = { RISK: '/mnt/risk', DEPTH: 7, HOUR: '07' };
      const { answer } = await ask('/report-route/preview', {
        rules: [rule(`\${RISK}/\${DEPTH}/{system}`), rule(`\${RAP_HOME}/shares`)],
        env,
      });
      assert.deepEqual(answer.examples?.[0]?.folders, ['/mnt/risk/7/CCASS', `${system.home}/shares`]);
      const schedule = await ask('/rap-schedule/preview', {
        mode: 'times',
        times: [{ time: `\${HOUR}:30` }],
        calendar: 'none',
        env,
      });
      assert.match(schedule.answer.due?.[0] ?? '', /07:30$/);
      const plan = await ask('/rap-plan/preview', {
        fields: { ...planFields(practice20250621), title: `of \${RISK}` },
        known: practice20250621.accounts,
        env,
      });
      assert.match(plan.answer.text ?? JSON.stringify(plan.answer), /of \/mnt\/risk/);
    });

    it('that would keep the process busy is refused at once', async () => {
      const many = (count: number, one: object) => Array.from({ length: count }, () => one);
      const slow = '*(*1*)*(*2*)*(*0*)*(*5*)'.repeat(8);
      const deep = (): unknown => Array.from({ length: 3_000 }).reduce((inner) => [inner], []);
      const rows: [string, object][] = [
        ['/report-route/preview', { rules: many(60_000, rule('/x')) }],
        [
          '/report-route/preview',
          { rules: Array.from({ length: 900 }, (_, at) => rule('/x', { folder: `${slow}${at}` })) },
        ],
        ['/report-route/preview', { rules: [rule(`/x/${'y'.repeat(1_000_000)}`)] }],
        ['/report-route/preview', { rules: deep() }],
        [
          '/rap-schedule/preview',
          { mode: 'times', times: many(60_000, { time: '07:00' }), calendar: 'none' },
        ],
        ['/rap-schedule/preview', { mode: 'pattern', pattern: '1,'.repeat(300_000), calendar: 'none' }],
        [
          '/rap-plan/preview',
          { fields: { ...planFields(practice20250621), parts: many(30_000, {}) }, known: [] },
        ],
        ['/rap-plan/import', { json: JSON.stringify({ ...practice20250621, accounts: many(20_000, {}) }) }],
      ];
      // A small request that names a long value often.
      const often = `\${A}`.repeat(45_000);
      const env = { A: 'x'.repeat(2_000) };
      rows.push(
        [
          '/report-route/preview',
          { rules: many(45, rule(`/${often.slice(0, 4_000)}`)), env: { A: 'x'.repeat(200_000) } },
        ],
        ['/rap-schedule/preview', { mode: 'pattern', pattern: often, calendar: 'none', env }],
        ['/rap-plan/preview', { fields: { ...planFields(practice20250621), title: often }, known: [], env }],
      );
      const large = { rules: many(200, rule('/x/{system}/{yyyy}/{MM}')) };
      for (const [path, body] of rows) {
        const begun = worked();
        const { answer } = await ask(path, body);
        assert.ok(answer.error, path);
        assert.ok(answer.error.length < 3_000);
        assert.ok(worked() - begun < 20_000, `${path}: ${worked() - begun} ms`);
      }
      assert.equal((await ask('/report-route/preview', large)).answer.examples?.length, 5);
    });
  });

  describe('A request that cannot be read', () => {
    beforeEach(() =>
      start([
        ...frame(),
        node('route', 'report-route', { rules: [] }),
        { id: 'plan', type: 'rap-plan', name: '', ...planFields(practice20250621) } as FlowNode,
      ]),
    );
    const stackless = (text: string) => assert.doesNotMatch(text, /node_modules|\bat .*:\d+:\d+|<pre>/);

    for (const environment of ['development', 'production', undefined]) {
      it(`is answered with one line of JSON, NODE_ENV being ${environment}`, async () => {
        const before = process.env.NODE_ENV;
        if (environment === undefined) delete process.env.NODE_ENV;
        else process.env.NODE_ENV = environment;
        try {
          for (const [path, body, status] of [
            ['/report-route/preview', '{"rules": [', 400],
            ['/flows', '{broken', 400],
            ['/rap-ops/none', 'no json', 400],
            ['/report-route/preview', JSON.stringify({ x: 'y'.repeat(6_000_000) }), 413],
          ] as const) {
            const answer = await admin().post(path).type('application/json').send(body);
            assert.equal(answer.status, status, path);
            assert.equal(answer.text.split('\n').length, 1);
            assert.equal(typeof (JSON.parse(answer.text) as { error: string }).error, 'string');
            stackless(answer.text);
          }
          const strange = await admin().get('/rap-plan/%FF/plan.txt');
          stackless(strange.text);
          assert.equal(strange.status, 400);
        } finally {
          if (before === undefined) delete process.env.NODE_ENV;
          else process.env.NODE_ENV = before;
        }
      });
    }
  });

  it('leave no trace in the home', async () => {
    await start([...frame(), contacts(), notify]);
    assert.deepEqual(
      (await readdir(system.home)).filter((name) => values.some((value) => name.includes(value))),
      [],
    );
  });
});
