/** Printed statements: money ledger (CCASS) and collateral account (CCMS). Page layouts are invented. */
import type { Chance } from './random.ts';

export interface StatementFacts {
  code: string;
  title: string;
  participant: string;
  businessDate: string;
  /** 'YYYY-MM-DD HH:MM', Hong Kong. */
  printedAt: string;
}

const LINES_PER_PAGE = 40;

/** CSEMA08 and CSEMS08, Statement of Money Ledger. Amounts are cents while they are added up. */
export function moneyLedger(facts: StatementFacts, chance: Chance): Buffer {
  const kinds = ['CNS MONEY POSITION', 'ISOLATED TRADE', 'SI MONEY', 'CASH PREPAYMENT', 'FEES'] as const;
  let balance = chance.between(1_000_000, 900_000_000);
  const opening = balance;
  const lines = Array.from({ length: chance.between(35, 70) }, (_, index) => {
    const amount = chance.between(-90_000_000, 90_000_000);
    balance += amount;
    return `${String(index + 1).padStart(5)}  ${chance.pick(kinds).padEnd(22)}HKMK  HKD ${money(amount)} ${money(balance)}`;
  });
  return statement(
    facts,
    'SEQ    DESCRIPTION           MARKET CCY              AMOUNT              BALANCE',
    [
      `       OPENING BALANCE             HKD ${' '.repeat(20)} ${money(opening)}`,
      ...lines,
      `       CLOSING BALANCE             HKD ${' '.repeat(20)} ${money(balance)}`,
    ],
  );
}

/** CCMDS01, Statement of Collateral Account. */
export function collateralAccount(facts: StatementFacts, chance: Chance): Buffer {
  const items = ['CASH HKD', 'CASH USD', 'EXCHANGE FUND BILL', 'US TREASURY BILL', 'BANK GUARANTEE'] as const;
  let sum = 0;
  const lines = Array.from({ length: chance.between(12, 30) }, (_, index) => {
    const value = chance.between(100_000, 500_000_000);
    const haircut = chance.between(0, 250);
    const counted = value - Math.round((value * haircut) / 1000);
    sum += counted;
    return `${String(index + 1).padStart(5)}  ${chance.pick(items).padEnd(24)}${money(value)} ${(haircut / 10).toFixed(1).padStart(6)}% ${money(counted)}`;
  });
  return statement(
    facts,
    'ITEM   COLLATERAL                            VALUE HAIRCUT         COLLATERAL VALUE',
    [...lines, `       TOTAL COLLATERAL VALUE${' '.repeat(29)}${money(sum)}`],
  );
}

function money(cents: number): string {
  const [whole = '0', part = '00'] = (Math.abs(cents) / 100).toFixed(2).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${grouped}.${part}${cents < 0 ? '-' : ' '}`.padStart(20);
}

function statement(facts: StatementFacts, columns: string, lines: readonly string[]): Buffer {
  const pages = Math.ceil(lines.length / LINES_PER_PAGE);
  const printed: string[] = [];
  for (let page = 1; page <= pages; page++) {
    printed.push(
      `REPORT ID   : ${facts.code.padEnd(40)}PAGE : ${page} OF ${pages}`,
      `PARTICIPANT : ${facts.participant.padEnd(40)}DATE : ${facts.businessDate}`,
      `TITLE       : ${facts.title.padEnd(40)}TIME : ${facts.printedAt}`,
      '*** SIMULATED DATA, NOT A REPORT OF THE EXCHANGE ***',
      '',
      columns,
      '-'.repeat(columns.length),
      ...lines.slice((page - 1) * LINES_PER_PAGE, page * LINES_PER_PAGE),
      '',
    );
  }
  return Buffer.from(`${[...printed, '*** END OF REPORT ***'].join('\r\n')}\r\n`, 'latin1');
}
