/** What people did, as the journal has it, told in the reader's language. */
import type { Language } from '../i18n/languages.ts';
import type { PersonsAct } from '../ledger/records/stories.ts';
import { verbatim } from './fault.ts';
import type { Html } from './html.ts';
import type { Kit } from './kit.ts';

/** By the journal's `what`; in English that stands for itself. */
const chinese: Readonly<Record<string, readonly [hant: string, hans: string]>> = {
  'alarm acknowledged': ['確認警報', '确认警报'],
  'compared with the terminal': ['與終端機比對', '与终端机比对'],
  'data centre chosen': ['選定數據中心', '选定数据中心'],
  'data centre switch requested': ['要求切換數據中心', '要求切换数据中心'],
  'data centre switch confirmed': ['確認切換數據中心', '确认切换数据中心'],
  'data centre switch refused': ['拒絕切換數據中心', '拒绝切换数据中心'],
  'delivered again': ['重新送達', '重新送达'],
  'discarded from quarantine': ['由隔離區丟棄', '由隔离区丢弃'],
  'expectation: closed': ['不再等候', '不再等候'],
  'expectation: condition': ['輸入條件', '输入条件'],
  'expectation: deadline': ['更改期限', '更改期限'],
  'file on a share closed': ['不再看顧共用磁碟上的檔案', '不再看顾共享磁盘上的文件'],
  'ledger restored': ['還原帳本', '还原账本'],
  'local copies removed': ['移除本機副本', '移除本机副本'],
  'login unlocked': ['解除登入鎖定', '解除登录锁定'],
  'maintenance window set': ['設定維護時段', '设定维护时段'],
  'outstanding report closed': ['不再等候', '不再等候'],
  'reachability drill answered': ['回應聯絡演習', '回应联络演习'],
  'refused name discarded': ['丟棄被拒的名稱', '丢弃被拒的名称'],
  'refused name released': ['放行被拒的名稱', '放行被拒的名称'],
  'released from quarantine': ['由隔離區放行', '由隔离区放行'],
  'run begun by hand': ['手動開始執行', '手动开始运行'],
  'share accepted': ['接受共用磁碟', '接受共享磁盘'],
};

/** What was done; a word of the journal that has none of ours stands as it is. */
export function actText(t: Pick<Kit, 'language'>, what: string): Html {
  const at: Readonly<Record<Language, number>> = { en: -1, 'zh-Hant': 0, 'zh-Hans': 1 };
  return (Object.hasOwn(chinese, what) ? chinese[what]?.[at[t.language]] : undefined) ?? verbatim(t, what);
}

/** Details that say what an act was about, in this order. */
const ABOUT = [
  'account',
  'accounts',
  'path',
  'report',
  'file',
  'share',
  'root',
  'name',
  'alarm',
  'dataCentre',
];

/** What it was about: an account, a report, a share. */
export function actAbout({ details }: Pick<PersonsAct, 'details'>): string {
  return ABOUT.flatMap((name) => {
    const value = (details as Readonly<Record<string, unknown>>)[name];
    const texts = (Array.isArray(value) ? value : [value]).filter(
      (one) => typeof one === 'string' || typeof one === 'number',
    );
    return texts.map(String).filter((one) => one !== '');
  }).join(' · ');
}
