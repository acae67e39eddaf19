/** The words of the stories of what never came. */
import type { Language } from '../../i18n/languages.ts';
import type { Counted } from '../../i18n/phrase.ts';
import type { DataCentre } from '../../model/types.ts';

export interface StoryWords {
  toQuarantine: string;
  close: string;
  nothing: string;
  past: string;
  deadline: string;
  waitNoLonger: string;
  allOfName: string;
  facts: string;
  usual: string;
  late: string;
  cutOff: string;
  lacking: string;
  seen: string;
  quarantined: string;
  looked: string;
  never: string;
  moved: string;
  closed: string;
  centre: Readonly<Record<DataCentre, string>>;
  came: Counted;
}

export const words: Readonly<Record<Language, StoryWords>> = {
  en: {
    toQuarantine: 'Decide in Quarantine',
    close: 'Close',
    nothing: 'Nothing is written down of it besides.',
    past: 'no longer asked about',
    deadline: 'Move the deadline',
    waitNoLonger: 'Wait no longer',
    allOfName: 'All of this code',
    facts: 'What is known',
    usual: 'Usual by',
    late: 'Late after',
    cutOff: 'Given up after',
    lacking: 'Not here yet',
    seen: 'Seen at RAP',
    quarantined: 'In quarantine',
    looked: 'Last good look',
    never: 'nobody could look yet',
    moved: 'Deadline moved by',
    closed: 'Given up by',
    centre: { primary: 'primary data centre', secondary: 'secondary data centre' },
    came: { one: '1 file of it came', other: '{n} files of it came' },
  },
  'zh-Hant': {
    toQuarantine: '於隔離頁決定',
    close: '結案',
    nothing: '此外沒有其他記錄。',
    past: '已不再查核',
    deadline: '更改期限',
    waitNoLonger: '不再等候',
    allOfName: '此代號的全部報告',
    facts: '已知情況',
    usual: '通常到達時間',
    late: '逾此時為遲到',
    cutOff: '逾此時為欠缺',
    lacking: '未到部分',
    seen: '曾於 RAP 見到',
    quarantined: '在隔離區',
    looked: '上次成功查看',
    never: '尚未能查看',
    moved: '更改期限者',
    closed: '結案者',
    centre: { primary: '主數據中心', secondary: '備用數據中心' },
    came: { other: '已到 {n} 個檔案' },
  },
  'zh-Hans': {
    toQuarantine: '在隔离页决定',
    close: '结案',
    nothing: '此外没有其他记录。',
    past: '已不再查核',
    deadline: '更改期限',
    waitNoLonger: '不再等候',
    allOfName: '此代号的全部报告',
    facts: '已知情况',
    usual: '通常到达时间',
    late: '逾此时为迟到',
    cutOff: '逾此时为缺失',
    lacking: '未到部分',
    seen: '曾在 RAP 见到',
    quarantined: '在隔离区',
    looked: '上次成功查看',
    never: '尚未能查看',
    moved: '更改期限者',
    closed: '结案者',
    centre: { primary: '主数据中心', secondary: '备用数据中心' },
    came: { other: '已到 {n} 个文件' },
  },
};
