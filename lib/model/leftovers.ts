/** What of a flow is still the demo's: plain data, and how it is said. */
import type { Language } from '../i18n/languages.ts';
import { fillPhrase } from '../i18n/phrase.ts';

export type LeftoverKind =
  | 'participant'
  | 'user'
  | 'key file'
  | 'known hosts'
  | 'address'
  | 'relay'
  | 'contact'
  | 'any folder'
  | 'share';

export interface Leftover {
  kind: LeftoverKind;
  /** What stands there, without controls; '' where the kind says all. */
  value: string;
  /** Number of the rule, from 1, where it is of one. */
  rule?: number;
}

const phrases: Readonly<Record<Language, Readonly<Record<LeftoverKind, string>>>> = {
  en: {
    participant: 'participant "{value}" is the simulator\'s',
    user: 'user "{value}" is the simulator\'s',
    'key file': 'key file "{value}" is the simulator\'s',
    'known hosts': 'known_hosts file "{value}" is the simulator\'s',
    address: "address {value} is this machine's own",
    relay: "mail relay {value} is the demo's mailbox",
    contact: "contact {value} is the example's",
    'any folder':
      'it writes to any folder: mark your shares ("rap share init FOLDER") and choose "marked shares only"',
    share: 'rule {rule}: share "{value}" is the demo\'s',
  },
  'zh-Hant': {
    participant: '參與者「{value}」屬模擬器',
    user: '使用者「{value}」屬模擬器',
    'key file': '密鑰檔「{value}」屬模擬器',
    'known hosts': 'known_hosts 檔「{value}」屬模擬器',
    address: '地址 {value} 是本機',
    relay: '郵件伺服器 {value} 是示範郵箱',
    contact: '聯絡人 {value} 屬示範',
    'any folder': '可寫入任何資料夾：請標記共用磁碟（「rap share init FOLDER」）並選「只限已標記的共用磁碟」',
    share: '第 {rule} 條規則：共用磁碟「{value}」屬示範',
  },
  'zh-Hans': {
    participant: '参与者“{value}”属模拟器',
    user: '用户“{value}”属模拟器',
    'key file': '密钥文件“{value}”属模拟器',
    'known hosts': 'known_hosts 文件“{value}”属模拟器',
    address: '地址 {value} 是本机',
    relay: '邮件服务器 {value} 是演示邮箱',
    contact: '联系人 {value} 属演示',
    'any folder': '可写入任何文件夹：请标记共享磁盘（“rap share init FOLDER”）并选“只限已标记的共享磁盘”',
    share: '第 {rule} 条规则：共享磁盘“{value}”属演示',
  },
};

export function leftoverText({ kind, value, rule = 0 }: Leftover, language: Language): string {
  return fillPhrase({ tag: language }, phrases[language][kind], { value, rule });
}
