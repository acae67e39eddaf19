/** One thing has one name in each language, wherever it is read: pages, mails, dialogs, help, the simulator. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../../', import.meta.url);

/** The word of the house, and those that say the same elsewhere. */
const chosen: readonly (readonly [word: string, others: readonly string[]])[] = [
  // the desk
  ['工作台', ['操作台', '控制台']],
  // a share
  ['共用磁碟', ['共享資料夾', '共享磁碟', '共享盤', '共用資料夾', '網絡磁碟', '網路磁碟']],
  ['共享磁盘', ['共享盘', '共享文件夹', '共用磁盘', '网络磁盘', '网络盘']],
  // a report, and its code
  ['報告', ['報表']],
  ['报告', ['报表']],
  ['報告代號', ['報告編號', '報告代碼']],
  ['报告代号', ['报告编号', '报告代码']],
  // a key
  ['密鑰', ['金鑰', '密匙']],
  ['密钥', ['密匙', '金钥']],
  // delivered
  ['送達', ['派送', '送交']],
  ['送达', ['派送', '送交']],
  // a mail
  ['電郵', ['郵件']],
  ['邮件', ['电邮', '电子邮件']],
  // a run
  ['執行編號', ['運行編號', '次運行']],
  ['运行编号', ['执行编号', '次执行', '执行摘要']],
  // a login of RAP
  ['用戶', ['使用者']],
  // a field
  ['字段', ['栏位']],
  // the practice session
  ['演習', ['演練']],
  ['演习', ['演练']],
  // history, a record
  ['記錄', ['紀錄']],
  // the data centre, and the second one
  ['數據中心', ['資料中心', '數據中央']],
  ['数据中心', ['资料中心']],
  ['後備數據中心', ['備用數據中心', '次要數據中心', '副數據中心', '第二數據中心']],
  ['后备数据中心', ['备用数据中心', '次要数据中心', '副数据中心', '第二数据中心', '备份数据中心']],
];

describe('one word for one thing', () => {
  const texts = ['lib', 'nodes', 'simulator', 'docs', 'flows', 'scripts', 'bin'].flatMap((room) =>
    readdirSync(new URL(`${room}/`, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|js|json|html|md|yaml)$/.test(name))
      .map((name) => ({
        file: `${room}/${name}`,
        text: readFileSync(new URL(`${room}/${name}`, root), 'utf8'),
      })),
  );

  for (const [word, others] of chosen)
    it(`${word}, never ${others.join(', ')}`, () => {
      const used = texts.filter(({ text }) => text.includes(word));
      assert.ok(used.length > 1, `${word} is a word that the texts use`);
      const found = texts.flatMap(({ file, text }) =>
        text
          .split('\n')
          .flatMap((line, at) =>
            others.filter((one) => line.includes(one)).map((one) => `${file}:${at + 1} ${one}`),
          ),
      );
      assert.deepEqual(found, []);
    });
});
