/** What makes a message one of a practice session. It travels in `msg.practice`, set by session-timer. */
import type { KeyedOrder } from '../../lib/practice/durable-day.ts';
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
}

/** The mark of a message, or undefined on an ordinary one. */
export function practiceOf(msg: RapMessage): PracticeMark | undefined {
  const { practice } = msg as { practice?: PracticeMark };
  return typeof practice?.date === 'string' ? practice : undefined;
}
