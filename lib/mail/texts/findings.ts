/** What a look inside found, in the words of the mails. */

import type { Counted } from '../../i18n/phrase.ts';
import { type NotChecked, notCheckedText, type WarningRule } from '../../model/findings.ts';

export interface FindingTexts {
  /** For the subject. */
  withWarnings: Counted;
  heading: string;
  sentence: string;
  /** {n} of {all} reports, {why}. */
  notChecked: string;
  /** Of one report. */
  unchecked: string;
  why: Readonly<Record<NotChecked, string>>;
  record: string;
  field: string;
  rules: Readonly<Record<WarningRule, string>>;
  /** {found} rows, {least} to {most} are usual. */
  rows: string;
}

export const findingsEn: FindingTexts = {
  withWarnings: { one: '1 with a warning', other: '{n} with warnings' },
  heading: 'Delivered with warnings',
  sentence: 'They were delivered all the same. Look at what is named before they are relied on.',
  notChecked: '{n} of {all} not checked: {why}',
  unchecked: 'not checked',
  why: notCheckedText,
  record: 'record {n}',
  field: 'field {name}',
  rules: {
    'another-date': 'its date is not that of the name',
    'no-date': 'it has no business date',
    'first-record': 'the file does not begin as usual',
    'record-order': 'a record stands without the one that belongs to it',
    'line-length': 'its length is not that of others of its type',
    'not-text': 'it holds bytes that are no text',
    'no-records': 'the file is empty',
    weights: 'the weights do not add up to 1',
    'not-a-number': 'it is not a number',
    'unknown-kind': 'its kind of row is new',
    'no-line-end': 'the last line does not end: it may be cut',
    'odd-value': 'none of the known values stands there',
    'settlement-date': 'the calendar gives another settlement date',
    product: 'it is not quantity times price',
    'holiday-factor': 'the calendar has other holidays ahead',
    ragged: 'it has not as many columns as the first row',
    'open-quotes': 'its quotes do not end: the file may be cut',
    'other-columns': 'its columns are not those of the last time',
    'fewer-rows': 'fewer rows than usual',
    'more-rows': 'more rows than usual',
    released: 'a person released it from quarantine, where it lay because of',
  },
  rows: '{found}; {least} to {most} are usual',
};

export const findingsZhHant: FindingTexts = {
  withWarnings: { other: '{n} 份有警告' },
  heading: '已分送，但有警告',
  sentence: '這些報告已照常分送。採用前請先查看所列各項。',
  notChecked: '{all} 份中有 {n} 份未查核：{why}',
  unchecked: '未查核',
  why: {
    unrecognised: '名稱不在目錄內',
    'no-layout': '內容格式不詳',
    off: '已關閉查看內容',
    encrypted: 'zip 內有加密檔案',
    'unknown-packing': 'zip 內有以不明方式壓縮的檔案',
  },
  record: '第 {n} 筆記錄',
  field: '欄位 {name}',
  rules: {
    'another-date': '日期與檔名不符',
    'no-date': '沒有營業日',
    'first-record': '檔案開首有異往常',
    'record-order': '有記錄缺少與其成對的記錄',
    'line-length': '長度與同類記錄不同',
    'not-text': '含有非文字的位元組',
    'no-records': '檔案是空的',
    weights: '權重相加不等於 1',
    'not-a-number': '不是數字',
    'unknown-kind': '出現新的行類別',
    'no-line-end': '最後一行沒有行尾，檔案可能被截斷',
    'odd-value': '不是已知的值',
    'settlement-date': '與日曆得出的交收日不同',
    product: '不等於數量乘以價格',
    'holiday-factor': '與日曆上將至的假期不符',
    ragged: '欄數與首行不同',
    'open-quotes': '引號沒有結束，檔案可能被截斷',
    'other-columns': '各欄與上次不同',
    'fewer-rows': '行數少於往常',
    'more-rows': '行數多於往常',
    released: '由人員自隔離區放行，隔離原因',
  },
  rows: '{found} 行；往常為 {least} 至 {most} 行',
};

export const findingsZhHans: FindingTexts = {
  withWarnings: { other: '{n} 份有警告' },
  heading: '已分送，但有警告',
  sentence: '这些报告已照常分送。采用前请先查看所列各项。',
  notChecked: '{all} 份中有 {n} 份未查核：{why}',
  unchecked: '未查核',
  why: {
    unrecognised: '名称不在目录内',
    'no-layout': '内容格式不详',
    off: '已关闭查看内容',
    encrypted: 'zip 内有加密文件',
    'unknown-packing': 'zip 内有以不明方式压缩的文件',
  },
  record: '第 {n} 条记录',
  field: '字段 {name}',
  rules: {
    'another-date': '日期与文件名不符',
    'no-date': '没有营业日',
    'first-record': '文件开头有异往常',
    'record-order': '有记录缺少与其成对的记录',
    'line-length': '长度与同类记录不同',
    'not-text': '含有非文字的字节',
    'no-records': '文件是空的',
    weights: '权重相加不等于 1',
    'not-a-number': '不是数字',
    'unknown-kind': '出现新的行类别',
    'no-line-end': '最后一行没有行尾，文件可能被截断',
    'odd-value': '不是已知的值',
    'settlement-date': '与日历得出的交收日不同',
    product: '不等于数量乘以价格',
    'holiday-factor': '与日历上将至的假期不符',
    ragged: '列数与首行不同',
    'open-quotes': '引号没有结束，文件可能被截断',
    'other-columns': '各列与上次不同',
    'fewer-rows': '行数少于往常',
    'more-rows': '行数多于往常',
    released: '由人员自隔离区放行，隔离原因',
  },
  rows: '{found} 行；往常为 {least} 至 {most} 行',
};
