/** A small made-up market: codes, ISINs and prices belong to no real security. */
export interface Stock {
  code: number;
  isin: string;
  lot: number;
  /** Dollars. */
  price: number;
  bond?: boolean;
}

export const stocks: readonly [Stock, ...Stock[]] = [
  { code: 99001, isin: 'HK0099001006', lot: 500, price: 48.35 },
  { code: 99002, isin: 'HK0099002004', lot: 100, price: 382.6 },
  { code: 99003, isin: 'HK0099003002', lot: 400, price: 62.15 },
  { code: 99005, isin: 'HK0099005007', lot: 1000, price: 7.29 },
  { code: 99011, isin: 'HK0099011005', lot: 2000, price: 0.475 },
  { code: 99016, isin: 'HK0099016004', lot: 500, price: 81.2 },
  { code: 99027, isin: 'HK0099027001', lot: 1000, price: 34.9 },
  { code: 99038, isin: 'HK0099038008', lot: 5000, price: 1.28 },
  { code: 99088, isin: 'HK0099088003', lot: 100, price: 415.4 },
  { code: 84990, isin: 'HK0084990007', lot: 10000, price: 100.15, bond: true },
];
