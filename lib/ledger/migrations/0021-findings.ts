/**
 * What a look into each received report said: '' for those that came before, then sound, warnings or not-checked, with
 * why it was not, the warnings and the shape as JSON. The index finds the last arrivals of one report.
 */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

const COLUMNS = ['inside', 'inside_why', 'warnings', 'shape'] as const;

async function up({ schema }: Kysely<unknown>): Promise<void> {
  for (const name of COLUMNS) {
    const add = schema.alterTable('versions').addColumn(name, 'text', (one) => one.notNull().defaultTo(''));
    await add.execute();
  }
  await schema
    .createIndex('versions_of_report')
    .on('versions')
    .columns(['account', 'code', 'system', 'received_at'])
    .execute();
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropIndex('versions_of_report').execute();
  for (const name of COLUMNS.toReversed()) await schema.alterTable('versions').dropColumn(name).execute();
}

export const findings: Migration = { number: 21, name: 'findings', up, down };
