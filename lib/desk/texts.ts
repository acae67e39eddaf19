/** The words of the frame: what stands around every page. */
import type { Language } from '../i18n/languages.ts';
import type { Counted } from '../i18n/phrase.ts';
import type { MenuLine } from './menu.ts';

export interface FrameTexts {
  menu: Readonly<Record<MenuLine, string>>;
  /** Name of the menu, for those who hear the page. */
  desk: string;
  skip: string;
  asOf: string;
  hongKong: string;
  stopped: string;
  /** What the sentence on top becomes when the page is old; {time} */
  old: string;
  ended: string;
  logIn: string;
  logOut: string;
  signedIn: string;
  languages: string;
  language: string;
  openAlarms: Counted;
  cancel: string;
  close: string;
  primary: string;
  secondary: string;
  notHere: string;
  notHereMore: string;
  backToToday: string;
  cannotRead: string;
  cannotReadMore: string;
  noAnswer: string;
  noAnswerMore: string;
  mayNot: string;
  mayNotMore: string;
  units: { hours: string; minutes: string; seconds: string };
  login: {
    title: string;
    user: string;
    password: string;
    enter: string;
    ended: string;
    wrong: string;
    /** {minutes} */
    slow: Counted;
    noServer: string;
    noRight: string;
    needsScript: string;
    elsewhere: string;
    openEditor: string;
  };
}

export const words: Readonly<Record<Language, FrameTexts>> = {
  en: {
    menu: {
      today: 'Today',
      history: 'History',
      alarms: 'Alarms',
      quarantine: 'Quarantine',
      practice: 'Practice',
      contacts: 'Contacts',
      system: 'System',
    },
    desk: 'Desk',
    skip: 'To the content',
    asOf: 'as of',
    hongKong: 'HKT',
    stopped: 'not refreshed since {time}',
    old: 'This was true at {time}. What is true now cannot be told.',
    ended: 'Your login has ended.',
    logIn: 'Log in',
    logOut: 'Log out',
    signedIn: 'Logged in as {name}',
    languages: 'Language',
    language: 'English',
    openAlarms: { one: '1 open alarm', other: '{n} open alarms' },
    cancel: 'Cancel',
    close: 'Close',
    primary: '{account} primary',
    secondary: '{account} SECONDARY data centre',
    notHere: 'There is no such page',
    notHereMore: 'The address may be of an older release, or what it named is no longer kept.',
    backToToday: 'Back to Today',
    cannotRead: 'The ledger cannot be read: nothing can be said',
    cannotReadMore: 'Nobody can tell from here whether the reports are here. {message}.',
    noAnswer: 'The desk did not answer',
    noAnswerMore:
      'Nothing can be said now. Load the page again; if it stays so, look at the log of Node-RED.',
    mayNot: 'Your login may not see this',
    mayNotMore: 'Ask whoever keeps the logins for the right to look.',
    units: { hours: 'h', minutes: 'min', seconds: 's' },
    login: {
      title: 'Log in to RAP Ops',
      user: 'Name',
      password: 'Password',
      enter: 'Log in',
      ended: 'Your login has ended. Log in again to go on.',
      wrong: 'Name or password is wrong.',
      slow: {
        one: 'Too many wrong passwords. Try again in 1 minute.',
        other: 'Too many wrong passwords. Try again in {minutes} minutes.',
      },
      noServer: 'Node-RED does not answer. Try again.',
      noRight: 'This login may not look at the desk.',
      needsScript: 'Logging in needs JavaScript.',
      elsewhere: 'People log in here through another service. Log in to the editor, then come back.',
      openEditor: 'Open the editor',
    },
  },
  'zh-Hant': {
    menu: {
      today: '今日',
      history: '歷史',
      alarms: '警報',
      quarantine: '隔離',
      practice: '演習',
      contacts: '聯絡人',
      system: '系統',
    },
    desk: '工作台',
    skip: '跳至內容',
    asOf: '截至',
    hongKong: '香港時間',
    stopped: '自 {time} 起沒有更新',
    old: '以下是 {time} 的情況；目前情況不明。',
    ended: '您的登入已結束。',
    logIn: '登入',
    logOut: '登出',
    signedIn: '以 {name} 登入',
    languages: '語言',
    language: '繁體中文',
    openAlarms: { other: '{n} 個未結警報' },
    cancel: '取消',
    close: '關閉',
    primary: '{account} 主數據中心',
    secondary: '{account} 備用數據中心',
    notHere: '沒有此頁',
    notHereMore: '此網址可能屬於舊版本，或所指的內容已不再保存。',
    backToToday: '返回今日',
    cannotRead: '帳本無法讀取：無法作出任何判斷',
    cannotReadMore: '此處無法得知報告是否已到。{message}。',
    noAnswer: '工作台沒有回應',
    noAnswerMore: '目前無法作出判斷。請重新載入；如情況持續，請查看 Node-RED 的日誌。',
    mayNot: '您的帳號無權查看此頁',
    mayNotMore: '請向管理帳號的人員申請查看權限。',
    units: { hours: '小時', minutes: '分鐘', seconds: '秒' },
    login: {
      title: '登入 RAP Ops',
      user: '名稱',
      password: '密碼',
      enter: '登入',
      ended: '您的登入已結束。請重新登入以繼續。',
      wrong: '名稱或密碼不正確。',
      slow: { other: '錯誤密碼次數過多。請於 {minutes} 分鐘後再試。' },
      noServer: 'Node-RED 沒有回應。請再試。',
      noRight: '此帳號無權查看工作台。',
      needsScript: '登入需要 JavaScript。',
      elsewhere: '此處經由另一服務登入。請先登入編輯器，然後返回。',
      openEditor: '開啟編輯器',
    },
  },
  'zh-Hans': {
    menu: {
      today: '今日',
      history: '历史',
      alarms: '警报',
      quarantine: '隔离',
      practice: '演习',
      contacts: '联系人',
      system: '系统',
    },
    desk: '工作台',
    skip: '跳至内容',
    asOf: '截至',
    hongKong: '香港时间',
    stopped: '自 {time} 起没有更新',
    old: '以下是 {time} 的情况；目前情况不明。',
    ended: '您的登录已结束。',
    logIn: '登录',
    logOut: '退出登录',
    signedIn: '以 {name} 登录',
    languages: '语言',
    language: '简体中文',
    openAlarms: { other: '{n} 个未结警报' },
    cancel: '取消',
    close: '关闭',
    primary: '{account} 主数据中心',
    secondary: '{account} 备用数据中心',
    notHere: '没有此页',
    notHereMore: '此网址可能属于旧版本，或所指的内容已不再保存。',
    backToToday: '返回今日',
    cannotRead: '账本无法读取：无法作出任何判断',
    cannotReadMore: '此处无法得知报告是否已到。{message}。',
    noAnswer: '工作台没有响应',
    noAnswerMore: '目前无法作出判断。请重新加载；如情况持续，请查看 Node-RED 的日志。',
    mayNot: '您的账号无权查看此页',
    mayNotMore: '请向管理账号的人员申请查看权限。',
    units: { hours: '小时', minutes: '分钟', seconds: '秒' },
    login: {
      title: '登录 RAP Ops',
      user: '名称',
      password: '密码',
      enter: '登录',
      ended: '您的登录已结束。请重新登录以继续。',
      wrong: '名称或密码不正确。',
      slow: { other: '错误密码次数过多。请于 {minutes} 分钟后再试。' },
      noServer: 'Node-RED 没有响应。请再试。',
      noRight: '此账号无权查看工作台。',
      needsScript: '登录需要 JavaScript。',
      elsewhere: '此处经由另一服务登录。请先登录编辑器，然后返回。',
      openEditor: '打开编辑器',
    },
  },
};
