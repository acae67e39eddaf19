/** What is wrong with a routing rule is said in the language of whoever writes it. */
import assert from 'node:assert/strict';
import { checkMeant } from '../../../lib/collection/reports-meant.ts';
import type { Host } from '../../../lib/delivery/path-policy.ts';
import { parseRules } from '../../../lib/delivery/rules.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { catalogues } from '../../../lib/i18n/catalogues.ts';
import { type Language, languages } from '../../../lib/i18n/languages.ts';
import type { Key } from '../../../lib/i18n/translate.ts';

const linux: Host = { platform: 'linux', service: false, drives: [] };
const desk: Host = { platform: 'win32', service: false, drives: ['C:', 'D:'] };
const service: Host = { ...desk, service: true };

function refusal(act: () => unknown): RapError {
  try {
    act();
  } catch (thrown) {
    assert.ok(thrown instanceof RapError, String(thrown));
    return thrown;
  }
  assert.fail('nothing was refused');
}

const at = (host: Host) => ({ home: host.platform === 'win32' ? 'D:\\rap' : '/home/rap', host });
const ofShare = (share: string, host: Host) => (language: Language) =>
  refusal(() => parseRules([{ share: '{home}/all' }, { share }], at(host), language));
const ofRow = (row: unknown) => (language: Language) =>
  refusal(() => parseRules([{ share: '{home}/all' }, row], at(linux), language));
const ofQuery = (cells: object) => (language: Language) => {
  const query = {
    q: '',
    date: '',
    share: '',
    account: '',
    system: '',
    code: '',
    folder: '',
    participant: '',
  };
  return refusal(() => checkMeant({ ...query, ...cells }, language));
};

/** Which text refuses what. Other files prove that it is refused, and with which sentence in English. */
const rows: [Key & `delivery.fault.${string}`, (language: Language) => RapError][] = [
  ['delivery.fault.noList', (language) => refusal(() => parseRules({}, undefined, language))],
  ['delivery.fault.tooMany', (language) => refusal(() => parseRules(Array(1001), undefined, language))],
  ['delivery.fault.noRow', ofRow(null)],
  ['delivery.fault.noText', ofRow({ share: '{home}/x', code: 5 })],
  ['delivery.fault.noPath', ofRow({})],
  ['delivery.fault.empty', ofRow({ share: ' ' })],
  ['delivery.fault.tooLong', ofRow({ share: `/${'x'.repeat(1000)}` })],
  ['delivery.fault.bracket', ofRow({ share: '{home}/x', folder: '/IN{BOX' })],
  ['delivery.fault.brace', ofRow({ share: '{home}/{x' })],
  ['delivery.fault.codeLetters', ofRow({ share: '{home}/x', code: 'CCL/TN' })],
  ['delivery.fault.address', ofRow({ share: '{home}/x', folder: 'sftp://rap/INBOX' })],
  ['delivery.fault.participant', ofQuery({ participant: 'B01234; $(x)' })],
  ['delivery.fault.codeLetters', ofQuery({ code: 'CCL/TN' })],
  ['delivery.fault.word', ofRow({ share: '{home}/{user}' })],
  ['delivery.fault.begin', ofShare('shares/{code}', linux)],
  ['delivery.fault.climbs', ofShare('/s/../x', linux)],
  ['delivery.fault.ofWindows', ofShare('\\\\fileserver\\ops', linux)],
  ['delivery.fault.server', ofShare('\\\\fileserver\\{system}', service)],
  ['delivery.fault.drive', ofShare('D:ops', service)],
  ['delivery.fault.mapped', ofShare('Z:\\ops', service)],
  ['delivery.fault.shellCommand', ofShare('/mnt/$(date)', linux)],
  ['delivery.fault.windowsName', ofShare('/mnt/%OPS%', linux)],
  ['delivery.fault.shellName', ofShare('/mnt/$OPS', linux)],
  ['delivery.fault.wideBraces', ofShare('/mnt/｛system｝', linux)],
  ['delivery.fault.several', ofShare('/mnt/ops;/mnt/risk', linux)],
  ['delivery.fault.backslash', ofShare('/mnt\\ops', linux)],
  ['delivery.fault.letter', ofShare('/mnt/ops?', linux)],
  ['delivery.fault.colon', ofShare('D:\\ops\\a:b', desk)],
  ['delivery.fault.device', ofShare('D:\\ops\\aux', desk)],
  ['delivery.fault.length', ofShare(`D:\\${'x'.repeat(300)}`, desk)],
  ['delivery.fault.ends', ofShare('/mnt/ops./x', linux)],
];

describe('What is wrong with a rule', () => {
  it('has a row here for each of its texts', () => {
    const told = new Set<string>(rows.map(([key]) => key));
    const ofDisk = ['delivery.fault.home', 'delivery.fault.aboveHome', 'delivery.fault.inHome'];
    const all = Object.keys(catalogues.en).filter((key) => key.startsWith('delivery.fault.'));
    assert.deepEqual(
      all.filter((key) => !told.has(key) && !ofDisk.includes(key)),
      [],
    );
  });

  for (const language of languages) {
    for (const [key, refused] of rows) {
      it(`is said in ${language}: ${key.split('.').at(-1)}`, () => {
        const { code, message, cure, details } = refused(language);
        assert.equal(code, 'ROUTE_INVALID');
        const text = String(catalogues[language][key]);
        // Whatever stands between the braces is said word for word.
        for (const piece of text.split(/\{(?!home|VARIABLE|NAME|yyyy)\w+\}/))
          assert.ok(message.includes(piece), `${message} lacks ${piece}`);
        const ofCure = key.replace('.fault.', '.cure.');
        if (Object.hasOwn(catalogues.en, ofCure)) assert.equal(cure, catalogues[language][ofCure as Key]);
        assert.deepEqual(details, refused('en').details, 'the cell is named by its own name');
        if (language === 'en') return;
        const words = message
          .replaceAll(/"[^"]*"|\{\w+\}|\\\\[\w\\]+/g, '')
          .match(/\b(?:rule|row|share|folder|code|the|must|is|has|holds|with|not)\b/g);
        assert.deepEqual(words, null, message);
      });
    }

    it(`names folders of RAP_HOME in ${language}`, () => {
      const isWindows = process.platform === 'win32';
      const host: Host = isWindows ? desk : { ...linux, platform: process.platform };
      const ofHome: [string, Key][] = [
        ['{home}', 'delivery.fault.home'],
        ['{home}/landing/x', 'delivery.fault.inHome'],
        ['{home}/quarantine', 'delivery.fault.inHome'],
        [isWindows ? 'D:\\' : '/home', 'delivery.fault.aboveHome'],
      ];
      for (const [share, key] of ofHome) {
        const { message } = ofShare(share, host)(language);
        const [piece = ''] = String(catalogues[language][key]).split('{');
        assert.ok(message.includes(piece), `${share}: ${message}`);
      }
    });
  }
});
