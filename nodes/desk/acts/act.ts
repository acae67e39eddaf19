/** What a person can do on a page of the desk: what is asked of them, and what is done. */
import type { NodeAPI } from 'node-red';
import type { z } from 'zod';
import type { Language } from '../../../lib/i18n/languages.ts';
import type { Under } from '../../../lib/i18n/translate.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import type { Clock } from '../../../lib/time/clock.ts';

/** A field of an act's form. `hidden` comes from the page: what the act is about. */
export interface ActField {
  name: string;
  kind: 'hidden' | 'text' | 'long' | 'time' | 'date' | 'choice' | 'check' | 'file' | 'secret';
  required?: boolean;
  /** Letters. */
  most?: number;
  /** For `choice`: values; what has no text under `options` of the act stands for itself. */
  options?: readonly string[];
}

/** What an act works with, in the process that is in charge. */
export interface ActContext {
  RED: NodeAPI;
  ledger: Pick<
    Ledger,
    | 'accountKeys'
    | 'accountStats'
    | 'accounts'
    | 'alarms'
    | 'events'
    | 'expectations'
    | 'journal'
    | 'logins'
    | 'name'
    | 'openLists'
    | 'outstanding'
    | 'placedFiles'
    | 'practice'
    | 'quarantine'
    | 'reportSearch'
    | 'reports'
    | 'shares'
    | 'switchRequests'
  >;
  clock: Clock;
  home: string;
  language: Language;
  /** Name of the login, '' where the editor has none. */
  login: string;
  /** Who acts, for the journal: the login, with the name that was typed where it says more. */
  by: string;
  /** The name that was typed, the login where none was: rules about two persons need both. */
  typed: string;
  /** A file of the desk, made by the thread of the pages: for what would keep this process waiting. */
  ask(path: string, query: Readonly<Record<string, string>>): Promise<string>;
}

/**
 * Acts have texts under their name: `title`; `explains`, what it does and what cannot be taken back; `confirm`, on the
 * button that does it; `labels` of fields, `options` of choices; `open`, what a field in braces is called that a page
 * leaves open: no account stands for all of them.
 */
export type ActName = TitleOf<Under<'acts'>>;
type TitleOf<K> = K extends `${infer Name}.title` ? Name : never;

export interface Act<I extends object = object> {
  name: ActName;
  /** Node-RED's permission: 'rap-ops.write'. */
  permission: string;
  /**
   * Asked of the person, in order. The frame itself asks for a name (`by`) before them, and for a reason (`why`)
   * where `reason` says so.
   */
  fields: readonly ActField[];
  /** Is a reason asked for, and must one be given? */
  reason: 'required' | 'optional' | 'none';
  /** What comes from the browser; `by` and `why` beside it are checked by the frame. */
  schema: z.ZodType<I>;
  /**
   * Does it, with a record in the journal.
   * @returns what is said to the person, in their language
   * @throws RapError USAGE or another with a cure
   */
  done(context: ActContext, input: I & { why: string }): Promise<{ said: string }>;
}

/** Takes an act of any input into the list. */
export function act<I extends object>(one: Act<I>): Act {
  return one as unknown as Act;
}
