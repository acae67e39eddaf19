/** What a node shows under itself: under 20 characters when filled in, in the language of the server. */
import type { ErrorCode } from '../../lib/errors/codes.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import { type Params, t, type Under } from '../../lib/i18n/translate.ts';
import type { DataCentre } from '../../lib/model/types.ts';
import { hongKongTime } from '../../lib/time/hong-kong.ts';

/** 'busy' of the text 'nodes.status.busy'. */
export type StatusKey = Under<'nodes.status'>;

/** What came of a run. The time stands before it: "21:31 · 32 new". */
export const resultWords = [
  'closed',
  'kept',
  'listed',
  'downloaded',
  'withWarnings',
  'nothing',
  'partly',
  'outstanding',
  'notAllHere',
  'here',
  'missing',
  'late',
  'atRisk',
  'unknown',
  'notChecked',
  'noneExpected',
  'filed',
  'sent',
  'queued',
  'quiet',
] as const satisfies readonly StatusKey[];
export type ResultWord = (typeof resultWords)[number];

/** A status text with its places filled in; what is not known leaves none. */
export function statusText(word: StatusKey, language: Language, params: Params = {}): string {
  return t(language, `nodes.status.${word}`, params).replaceAll(/\{\w+\}/g, '');
}

/** The result of a run with its time. @param at milliseconds since 1970 */
export function resultText(word: ResultWord, language: Language, at: number, params: Params = {}): string {
  return `${hongKongTime(at)} · ${statusText(word, language, params)}`;
}

/** How a data centre looks under a node: the primary is the quiet case, the secondary catches the eye. */
export function siteLook(
  dataCentre: DataCentre,
  language: Language,
): { fill: 'green' | 'yellow'; params: { site: string; second: string } } {
  const primary = dataCentre === 'primary';
  const second = primary ? '' : statusText('second', language);
  return { fill: primary ? 'green' : 'yellow', params: { site: statusText(dataCentre, language), second } };
}

/** The part of an address that tells it from the others, short enough to stand beside the data centre. */
export function shortAddress(address: string): string {
  const host = address.replace(/:\d+$/, '');
  return /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host.split('.').slice(2).join('.') : host.slice(0, 9);
}

/** The short status text of an error code. */
export function faultText(code: ErrorCode, language: Language): string {
  return t(language, `errors.status.${code}`);
}
