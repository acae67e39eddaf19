import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { type RouteContext, targetsFor } from '../../../lib/delivery/routes.ts';
import { parseRules, type RouteRule } from '../../../lib/delivery/rules.ts';
import { templateWords } from '../../../lib/delivery/template.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { runs } from '../../support/runs.ts';
import { onWindows } from '../../support/system.ts';
import { aReport } from './samples.ts';

/** In front of the folders of these tests: on Windows one without a drive is refused. */
const drive = onWindows ? 'C:' : '';

const context: RouteContext = {
  home: `${drive}/home/rap`,
  account: 'HKSCC',
  installation: 'hkscc',
  env: { SHARE: `${drive}/mnt/risk`, EMPTY: '' },
};

function rule(changes: Partial<RouteRule> = {}): RouteRule {
  return { system: '', code: '', folder: '', share: `${drive}/s`, ...changes };
}

describe('parseRules', () => {
  it('takes a table as the editor gives it, and fills what is left out', () => {
    assert.deepEqual(parseRules([{ share: ' {home}/shares ', code: 'CCLTN*', note: 'mine' }]), [
      { system: '', code: 'CCLTN*', folder: '', share: '{home}/shares' },
    ]);
    assert.deepEqual(parseRules([]), []);
  });

  const wrong: [string, unknown, RegExp][] = [
    ['no list', { share: '/s' }, /must be a list/],
    ['a row that is no object', [null], /rule 1: row/],
    ['a share that is missing', [{ share: '/s' }, {}], /rule 2: share must be a path/],
    ['an empty share', [{ share: '  ' }], /rule 1: share must not be empty/],
    ['a code that is no text', [{ share: '/s', code: 5 }], /rule 1: code must be text/],
    ['an unknown word', [{ share: '/s/{user}' }], /rule 1: share uses \{user\}.*\{home\} .*\{sequence\}/],
    ['a word of every object', [{ share: '/s/{constructor}' }], /uses \{constructor\}/],
    ['an open brace', [{ share: '/s/{code' }], /brace/],
    ['braces in braces', [{ share: '/s/{{code}}' }], /brace/],
    ['a relative path', [{ share: 'shares/{code}' }], /must begin with/],
    ['a path that begins with a report', [{ share: '{folder}/x' }], /must begin with/],
    ['a path that climbs', [{ share: '{home}/../x' }], /must not contain "\.\."/],
    ['a path that stays', [{ share: '/s/./x' }], /must not contain "\."/],
  ];
  for (const [what, rules, message] of wrong) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parseRules(rules),
        (error) => {
          assert.ok(error instanceof RapError);
          assert.equal(error.code, 'ROUTE_INVALID');
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});

/** The folders a report goes to. */
const routesFor = (...asked: Parameters<typeof targetsFor>) =>
  targetsFor(...asked).map(({ folder }) => folder);

describe('targetsFor', () => {
  const route = (share: string, changes = {}) =>
    routesFor(aReport(changes), [rule({ share: share.replace(/^\//, `${drive}/`) })], context);
  /** As this system writes it. */
  const here = (place: string) => path.resolve(`${drive}${place}`);

  it('fills every word', () => {
    const share =
      '{home}/{account}/{installation}/{system}/{code}/{yyyy}-{MM}-{dd}/{businessDate}/{sequence}';
    assert.deepEqual(route(share, { sequence: '3' }), [
      here('/home/rap/HKSCC/hkscc/CCASS/CCLTN05/2026-11-20/2026-11-20/3'),
    ]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of ours
    assert.deepEqual(route('${SHARE}{folder}'), [here('/mnt/risk/INBOX/20261120')]);
  });

  it('uses the day of arrival in Hong Kong where a report tells no date', () => {
    assert.deepEqual(route('/s/{yyyy}{MM}{dd}', { businessDate: '' }), [here('/s/20261121')]);
  });

  it('has a folder for reports that are in no catalogue, and leaves out what is empty', () => {
    assert.deepEqual(route('/s/{system}/{code}/{sequence}', { system: '', code: '' }), [
      here('/s/OTHER/OTHER'),
    ]);
  });

  it('refuses a variable that is missing or empty, and one that is no absolute path', () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: templates of ours
    assert.throws(() => route('${NONE}/x'), { code: 'ROUTE_INVALID', message: /NONE is not set/ });
    assert.throws(() => route('${EMPTY}/x'), { code: 'ROUTE_INVALID', message: /EMPTY is not set/ });
    const relative = { ...context, env: { SHARE: 'risk' } };
    assert.throws(() => routesFor(aReport(), [rule({ share: '${SHARE}/x' })], relative), {
      code: 'ROUTE_INVALID',
      message: onWindows ? /must begin with a server/ : /not an absolute path/,
    });
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: templates of ours
  });

  const onThisSystem = (rules: RouteRule[]) =>
    rules.map((one) => ({ ...one, share: one.share.replace(/^\//, `${drive}/`) }));

  it('sends a report to every share whose rule matches, once each, in order', () => {
    const rules = [
      rule({ system: 'DCASS', share: '/dcass' }),
      rule({ system: 'ccass', share: '/ccass' }),
      rule({ code: 'ccltn*', share: '/statements' }),
      rule({ folder: '/INBOX/**', share: '/inbox/' }),
      rule({ folder: 'INBOX/*', share: '/inbox' }),
      rule({ folder: '/COMMON/**', share: '/common' }),
      rule({ code: '{CIPSI02,CCLTN05}', share: '/ccass' }),
      rule({ share: '/all' }),
    ];
    assert.deepEqual(
      routesFor(aReport(), onThisSystem(rules), context),
      ['/ccass', '/statements', '/inbox', '/all'].map(here),
    );
  });

  if (onWindows) {
    it('takes a folder once, however its rules write it', () => {
      const shares = ['\\\\fs\\Ops\\in', '//FS/ops/in/', '\\\\?\\UNC\\fs\\ops\\IN', '\\\\fs\\risk'];
      const folders = routesFor(
        aReport(),
        shares.map((share) => rule({ share })),
        context,
      );
      assert.deepEqual(folders, ['\\\\fs\\Ops\\in', '\\\\fs\\risk\\']);
    });

    it('calls one destination by one name, so that one fault of it is one alarm', () => {
      const shares = ['D:\\Ops\\{system}', 'd:/ops/{code}', '\\\\?\\D:\\OPS\\{yyyy}', 'D:\\risk\\{code}'];
      const rules = shares.map((share) => rule({ share }));
      const host = { platform: 'win32', service: false, drives: [] } as const;
      const destinations = targetsFor(aReport(), rules, context, host).map(({ destination }) => destination);
      assert.deepEqual(destinations, ['D:\\Ops', 'D:\\Ops', 'D:\\Ops', 'D:\\risk']);
    });
  }

  it('knows no share when no rule matches', () => {
    assert.deepEqual(routesFor(aReport(), [rule({ system: 'VaR' })], context), []);
    assert.deepEqual(routesFor(aReport(), [], context), []);
  });

  for (const value of ['..', '../../etc', 'a/b', 'CON', 'x\u202ey', 'a:b', '.rap-x']) {
    it(`refuses a report that names itself ${JSON.stringify(value)}`, () => {
      assert.throws(() => route('/s/{code}/x', { code: value }), { code: 'NAME_REFUSED', message: /rule 1/ });
    });
  }

  it('refuses what only together becomes a climb', () => {
    assert.throws(() => route('/s/{code}{sequence}/x', { code: 'CC', sequence: '.' }), {
      code: 'NAME_REFUSED',
    });
    assert.throws(() => route('/s/{sequence}/x', { sequence: '..' }), { code: 'NAME_REFUSED' });
    assert.throws(() => route('/s/{folder}/x', { folder: '/INBOX/../../..' }), { code: 'NAME_REFUSED' });
  });

  it('never steers a report out of the share, whatever the server says', () => {
    const nasty = fc.oneof(
      fc.constantFrom('..', '.', '', '/', '\\', '../x', 'CON', 'a', '{home}', '20261120', '\0'),
      fc.string({ maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const words = templateWords.filter((word) => word !== 'home').map((word) => `{${word}}`);
    const template = fc.array(fc.oneof(fc.constantFrom(...words), fc.constantFrom('/', '-', '.', 'x')), {
      minLength: 1,
      maxLength: 6,
    });
    const tries = runs(30_000);
    let routed = 0;
    fc.assert(
      fc.property(
        template,
        fc.record({ system: nasty, code: nasty, businessDate: nasty, sequence: nasty, folder: nasty }),
        nasty,
        (parts, values, account) => {
          let folders: string[];
          try {
            const rules = parseRules([{ share: `{home}/share/${parts.join('')}` }]);
            folders = routesFor(aReport(values), rules, { ...context, account });
          } catch (thrown) {
            assert.ok(thrown instanceof RapError, String(thrown));
            return;
          }
          routed++;
          for (const folder of folders) {
            assert.ok(path.isAbsolute(folder));
            const root = here('/home/rap/share');
            assert.ok(folder === root || folder.startsWith(root + path.sep), folder);
            assert.ok(!folder.includes('\0') && !folder.split(path.sep).includes('..'), folder);
          }
        },
      ),
      { numRuns: tries },
    );
    assert.ok(routed > tries / 30, `only ${routed} of ${tries} were routed`);
  });
});
