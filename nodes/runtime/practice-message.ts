/** What makes a message one of a practice session. It travels in `msg.practice`, set by session-timer. */

import type { NodeAPI } from 'node-red';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { KeyedOrder } from '../../lib/practice/day-reducer.ts';
import type { PracticeMail } from '../../lib/practice/mails.ts';
import type { PracticePlan } from '../../lib/practice/plan.ts';
import type { PartResult } from '../../lib/practice/results.ts';
import type { RapMessage } from './rap-node.ts';

export interface PracticeMark {
  /** Date of the session, 'YYYY-MM-DD'. */
  date: string;
  /** Name of the part that is being done. */
  part?: string;
  /** What the plan orders. */
  order?: KeyedOrder;
  /** What a part brought for one account. */
  result?: PartResult;
  /** A mail that is ready to be sent. */
  mail?: PracticeMail;
}

/** Event of RED.events: a request to switch the data centre was answered on the operator page. */
export const switchSettled = 'rap-ops:switch-settled';

/** Is this the runtime of a rehearsal, whose evidence says so at its top? Set by whoever starts the runtime. */
export function isRehearsal(RED: NodeAPI): boolean {
  const { rapRehearsal } = RED.settings as unknown as { rapRehearsal?: boolean };
  return rapRehearsal === true;
}

/** The mark of a message, or undefined on an ordinary one. */
export function practiceOf(msg: RapMessage): PracticeMark | undefined {
  const { practice } = msg as { practice?: PracticeMark };
  return typeof practice?.date === 'string' ? practice : undefined;
}

/** Is the message about some accounts only, and this is none of them? So is one that tries again who failed. */
export function passesOver(msg: RapMessage, account: string): boolean {
  const order = practiceOf(msg)?.order;
  return order?.kind === 'part' && order.accounts !== undefined && !order.accounts.includes(account);
}

/**
 * The plan of a session as its timer keeps it.
 * @throws RapError CONFIG_INVALID when the message belongs to no session that is known here
 */
export async function planOf(
  ledger: Pick<Ledger, 'practice'>,
  msg: RapMessage,
): Promise<{ mark: PracticeMark; plan: PracticePlan }> {
  const mark = practiceOf(msg);
  if (mark === undefined) {
    throw new RapError(
      'CONFIG_INVALID',
      'The message belongs to no practice session: msg.practice is missing',
      {
        cure: 'Put a session-timer node before this one.',
      },
    );
  }
  const row = await ledger.practice.practiceDay(mark.date);
  if (row === undefined) throw new RapError('CONFIG_INVALID', `There is no practice session of ${mark.date}`);
  return { mark, plan: JSON.parse(row.plan) };
}
