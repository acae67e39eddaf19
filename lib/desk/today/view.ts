/** What "is all well?" is answered from. */
import { completenessOf } from '../../collection/completeness.ts';
import { acknowledgedUntil } from '../../contacts/acknowledge.ts';
import { asRapError } from '../../errors/rap-error.ts';
import type { Found } from '../../words/completeness.ts';
import type { Ask } from '../page.ts';

/** More alarms than this are a number. */
const MOST_ALARMS = 10;

export interface TodayModel {
  accounts: ({ account: string } & ({ found: Found } | { fault: string; cure: string }))[];
  alarms: {
    id: number;
    level: string;
    account: string;
    code: string;
    message: string;
    raisedAt: number;
    /** Until when somebody's word counts. */
    known: { by: string; until: number } | null;
  }[];
  openAlarms: number;
}

export async function todayView({ ledger, live, site, now }: Ask): Promise<TodayModel> {
  const accounts: TodayModel['accounts'] = [];
  for (const awaits of live.accounts) {
    const { account } = awaits;
    try {
      accounts.push({ account, found: await completenessOf(ledger, await site.read(), awaits, now) });
    } catch (thrown) {
      const { message, cure } = asRapError(thrown);
      accounts.push({ account, fault: message, cure });
    }
  }
  const open = await ledger.openAlarms();
  const rank = ({ level }: { level: string }) => (level === 'critical' ? 0 : 1);
  const alarms = open.toSorted((a, b) => rank(a) - rank(b) || b.seenAt - a.seenAt);
  return {
    accounts,
    openAlarms: open.length,
    alarms: alarms.slice(0, MOST_ALARMS).map((alarm) => {
      const { id, level, account, code, message, raisedAt, acknowledgedBy: by } = alarm;
      const until = acknowledgedUntil(alarm, now);
      return {
        id,
        level,
        account,
        code,
        message,
        raisedAt,
        known: until === undefined ? null : { by, until },
      };
    }),
  };
}
