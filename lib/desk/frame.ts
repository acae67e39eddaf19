/** What every page shows in its head: open alarms, and the data centre of each account. */
import type { DataCentre, Installation } from '../model/types.ts';
import type { Ask } from './page.ts';

export interface FrameFacts {
  openAlarms: number;
  dataCentres: { account: string; installation: Installation; dataCentre: DataCentre }[];
}

export async function frameView({
  ledger,
  live,
}: Pick<Ask<'accounts' | 'alarmList'>, 'ledger' | 'live'>): Promise<FrameFacts> {
  const chosen = new Map(
    (await ledger.accounts.dataCentreChoices()).map((one) => [one.account, one.dataCentre]),
  );
  return {
    openAlarms: await ledger.alarmList.openCount(),
    dataCentres: live.accounts.map(({ account, installation }) => ({
      ...{ account, installation },
      dataCentre: chosen.get(account) ?? 'primary',
    })),
  };
}
