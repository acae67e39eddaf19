/** What acts about reports ask and say. */
import type { Language } from '../../../lib/i18n/languages.ts';
import type { ActTexts } from './act.ts';

type Filled = (values: Readonly<Record<string, string>>) => string;
type Table = Readonly<Record<Language, ActTexts>>;

const filled =
  (phrase: string): Filled =>
  (values) =>
    phrase.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

export interface Said {
  published: Filled;
  identical: Filled;
  version: Filled;
  failed: Filled;
  left: Filled;
  released: Filled;
  discarded: Filled;
  renamed: Filled;
  looked: Filled;
}

export const said: Readonly<Record<Language, Said>> = {
  en: {
    published: filled('Delivered: {file}.'),
    identical: filled('It lay there already and is as it was received: {file}.'),
    version: filled('Other content has its name, so it lies beside it: {file}.'),
    failed: filled('Not delivered to {share}: {why}.'),
    left: filled('The file on {share} is not looked after any more.'),
    released: filled('{path} is released: the next run puts it on its shares.'),
    discarded: filled('{path} is discarded.'),
    renamed: filled('{path} is fetched by the next run and kept as {as}.'),
    looked: filled(
      'Read on the shares: {there} as delivered, {gone} gone, {changed} changed, {unknown} cannot be looked at.',
    ),
  },
  'zh-Hant': {
    published: filled('已送達：{file}。'),
    identical: filled('該處已有，內容與收到時相同：{file}。'),
    version: filled('其名稱已有其他內容，故另存其旁：{file}。'),
    failed: filled('未能送達 {share}：{why}。'),
    left: filled('不再看顧 {share} 上的檔案。'),
    released: filled('{path} 已放行：下次執行會送往共用磁碟。'),
    discarded: filled('{path} 已棄用。'),
    renamed: filled('下次執行會收取 {path}，並以 {as} 保存。'),
    looked: filled(
      '已於共用磁碟讀取：{there} 個與送達時相同，{gone} 個已不在，{changed} 個已更改，{unknown} 個無法查看。',
    ),
  },
  'zh-Hans': {
    published: filled('已送达：{file}。'),
    identical: filled('该处已有，内容与收到时相同：{file}。'),
    version: filled('其名称已有其他内容，故另存其旁：{file}。'),
    failed: filled('未能送达 {share}：{why}。'),
    left: filled('不再看顾 {share} 上的文件。'),
    released: filled('{path} 已放行：下次执行会送往共享磁盘。'),
    discarded: filled('{path} 已弃用。'),
    renamed: filled('下次执行会收取 {path}，并以 {as} 保存。'),
    looked: filled(
      '已在共享磁盘读取：{there} 个与送达时相同，{gone} 个已不在，{changed} 个已更改，{unknown} 个无法查看。',
    ),
  },
};

const plain = (
  title: string,
  explains: string,
  confirm: string,
  labels: Record<string, string> = {},
): ActTexts => ({
  ...{ title, explains, confirm, labels },
});

export const words: Readonly<
  Record<
    | 'deliver'
    | 'deliverTo'
    | 'look'
    | 'leave'
    | 'releaseReport'
    | 'discardReport'
    | 'releaseName'
    | 'discardName',
    Table
  >
> = {
  deliver: {
    en: plain(
      'Deliver {name} again',
      'It goes to the shares where it was delivered before. Nothing that lies there is written over.',
      'Deliver again',
    ),
    'zh-Hant': plain('重新送達 {name}', '送往以往送達的共用磁碟，不會覆寫該處任何檔案。', '重新送達'),
    'zh-Hans': plain('重新送达 {name}', '送往以往送达的共享磁盘，不会覆盖该处任何文件。', '重新送达'),
  },
  deliverTo: {
    en: plain(
      'Deliver {name} to a further share',
      'Write the folder as in a rule of the routing node: /mnt/risk/{yyyy}. Later reports need a rule there.',
      'Deliver',
      { to: 'Folder on a share' },
    ),
    'zh-Hant': plain(
      '將 {name} 送往另一共用磁碟',
      '資料夾寫法與分送節點的規則相同：/mnt/risk/{yyyy}。日後的報告需在該處加入規則。',
      '送達',
      { to: '共用磁碟上的資料夾' },
    ),
    'zh-Hans': plain(
      '将 {name} 送往另一共享磁盘',
      '文件夹写法与分送节点的规则相同：/mnt/risk/{yyyy}。日后的报告需在该处加入规则。',
      '送达',
      { to: '共享磁盘上的文件夹' },
    ),
  },
  look: {
    en: plain(
      'Read {name} on its shares',
      'Each file is read whole and compared with what was received. A large file on a slow share takes a while. Nothing is changed.',
      'Read and compare',
    ),
    'zh-Hant': plain(
      '於共用磁碟讀取 {name}',
      '完整讀取每個檔案，並與收到時比對。大檔案及緩慢的共用磁碟需時。不會作任何更改。',
      '讀取及比對',
    ),
    'zh-Hans': plain(
      '在共享磁盘读取 {name}',
      '完整读取每个文件，并与收到时比对。大文件及缓慢的共享磁盘需时。不会作任何更改。',
      '读取及比对',
    ),
  },
  leave: {
    en: plain(
      'Leave {name} on {share} as it is',
      'It is not looked at any more, and its alarm ends.',
      'Leave it',
    ),
    'zh-Hant': plain('{share} 上的 {name} 維持現狀', '不再看顧，有關警報隨之結束。', '維持現狀'),
    'zh-Hans': plain('{share} 上的 {name} 维持现状', '不再看顾，有关警报随之结束。', '维持现状'),
  },
  releaseReport: {
    en: plain(
      'Release {path}',
      'You have found out that it is right. It becomes a received report; the next run puts it on the shares and tells of it.',
      'Release',
    ),
    'zh-Hant': plain(
      '放行 {path}',
      '您已查明此報告無誤。它將成為已收報告；下次執行會送往共用磁碟並通知有關人員。',
      '放行',
    ),
    'zh-Hans': plain(
      '放行 {path}',
      '您已查明此报告无误。它将成为已收报告；下次执行会送往共享磁盘并通知有关人员。',
      '放行',
    ),
  },
  discardReport: {
    en: plain(
      'Discard {path}',
      'It is never used. A changed report of this name is fetched anew.',
      'Discard',
    ),
    'zh-Hant': plain('棄用 {path}', '永不使用。同名而有更改的報告會重新收取。', '棄用'),
    'zh-Hans': plain('弃用 {path}', '永不使用。同名而有更改的报告会重新收取。', '弃用'),
  },
  releaseName: {
    en: plain(
      'Fetch {path} under a safe name',
      'The next run fetches the entry and keeps it under the name you give it.',
      'Release',
      { as: 'Name here' },
    ),
    'zh-Hant': plain('以安全名稱收取 {path}', '下次執行會收取該項目，並以您指定的名稱保存。', '放行', {
      as: '在此的名稱',
    }),
    'zh-Hans': plain('以安全名称收取 {path}', '下次执行会收取该项目，并以您指定的名称保存。', '放行', {
      as: '在此的名称',
    }),
  },
  discardName: {
    en: plain(
      'Pass over {path}',
      'It is passed over from now on, and runs count as complete without it.',
      'Discard',
    ),
    'zh-Hant': plain('略過 {path}', '由現在起略過，執行不再因它而視為不完整。', '棄用'),
    'zh-Hans': plain('略过 {path}', '由现在起略过，运行不再因它而视为不完整。', '弃用'),
  },
};
