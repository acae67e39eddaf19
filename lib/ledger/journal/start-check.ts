/**
 * What a start can look at without reading everything: what was decided about log-ins, how many rows there are, and the
 * rows of the last records. One question after the other, so that the event loop goes on; "rap ledger verify" looks at
 * all of it.
 */

import type { Database, Tables } from '../tables.ts';
import { type Difference, differenceText } from './compare.ts';
import { countedTables, type RecordedDecisions, type RecordedState } from './recorded-state.ts';
import { countOf } from './take-over.ts';
import {
  decidedTables,
  digestOf,
  isBriefKey,
  keyOf,
  placeOf,
  type Row,
  type Value,
  vouchedRow,
} from './vouched.ts';
import { deviations } from './vouches.ts';

/** How often a question is asked again because something was written just then. */
const LOOKS = 3;

/** @returns what is not as the journal says, as sentences */
export async function checkRecordedState(db: Database, recordedState: RecordedState): Promise<string[]> {
  await recordedState.catchUp();
  const { brokenAt, problem } = recordedState.sound;
  if (brokenAt !== undefined) return [`The journal is broken at record ${brokenAt}: ${problem}`];
  const found = new Map<string, string>();
  const note = (difference: Difference | undefined) => {
    if (difference === undefined) return;
    found.set(`${difference.table} ${JSON.stringify(difference.key)}`, differenceText(difference));
  };
  for (const table of decidedTables) {
    const rows = await db.selectFrom(table).selectAll().execute();
    const accounts = new Set([
      ...rows.map(({ account }) => account),
      ...recordedState.decisions(table).keys(),
    ]);
    for (const account of accounts) {
      note(
        await settled(async () => {
          const row = await rowAt(db, table, [account]);
          await recordedState.catchUp();
          const decision = recordedState.decision(table, account);
          const vouch = decision && { of: table, row: decision.row };
          return differenceOf(row, {
            of: table,
            key: JSON.stringify([account]),
            record: decision?.record,
            vouch,
          });
        }),
      );
    }
  }
  for (const said of [...recordedState.tail]) note(await settled(() => lookAt(db, recordedState, said)));
  return [...found.values(), ...(await checkCounts(db, recordedState))];
}

async function checkCounts(db: Database, recordedState: RecordedState): Promise<string[]> {
  const wrong: string[] = [];
  for (const table of countedTables) {
    for (let look = 1; look <= LOOKS; look++) {
      await recordedState.catchUp();
      const { count: before } = recordedState.sound;
      const rows = await countOf(db, table);
      await recordedState.catchUp();
      const { count, brokenAt } = recordedState.sound;
      if (brokenAt !== undefined || count !== before) continue;
      const recorded = recordedState.counts.get(table) ?? 0;
      if (rows !== recorded) wrong.push(`${table} has ${rows} rows; the journal speaks of ${recorded}`);
      break;
    }
  }
  return wrong;
}

/** Asks again what does not fit: perhaps it was being written. */
async function settled(look: () => Promise<Difference | undefined>): Promise<Difference | undefined> {
  let difference = await look();
  for (let more = LOOKS - 1; difference !== undefined && more > 0; more--) difference = await look();
  return difference;
}

async function lookAt(
  db: Database,
  recordedState: RecordedState,
  { of, key }: RecordedDecisions,
): Promise<Difference | undefined> {
  const values = JSON.parse(key) as Value[];
  // It is counted; "rap ledger verify", which reads every row, looks at it.
  if (isBriefKey(values)) return undefined;
  const row = await rowAt(db, of as keyof Tables, values);
  await recordedState.catchUp();
  const said = recordedState.said(of, key);
  return said && differenceOf(row, said);
}

/** A row as it is vouched for; undefined where there is none that is. */
async function rowAt(db: Database, table: keyof Tables, key: readonly Value[]): Promise<Row | undefined> {
  let query = db.selectFrom(table as 'properties').selectAll();
  for (const [name, value] of Object.entries(placeOf(table, key)))
    query = query.where(name as 'name', '=', value as string);
  const row = await query.executeTakeFirst();
  return row && vouchedRow(table, row);
}

function differenceOf(
  row: Row | undefined,
  { of: table, key: text, record, vouch }: Partial<RecordedDecisions> & Pick<RecordedDecisions, 'of' | 'key'>,
): Difference | undefined {
  const known = { table, key: JSON.parse(text) as Value[], ...(record === undefined ? {} : { record }) };
  if (row === undefined) return vouch === undefined ? undefined : { ...known, what: 'gone' };
  if (vouch === undefined || 'gone' in vouch) return { ...known, what: 'no record' };
  if ('row' in vouch) {
    const found = deviations(row, vouch.row);
    return found.length === 0 ? undefined : { ...known, what: 'changed', deviations: found };
  }
  if ('keys' in vouch) return undefined;
  const same = digestOf(vouch.columns, row) === vouch.digests[keyOf(table, row)];
  return same ? undefined : { ...known, what: 'changed' };
}
