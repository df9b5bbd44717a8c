import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from '../../e2e/mattermost/index.ts';

/** PostgreSQL's connections tell what they did at the latest when they have been idle for 10 s. */
const STATISTICS_MS = 11_500;

/** Rows inserted, updated and deleted so far, by table; waits until PostgreSQL knows of all that has happened. */
export async function rowsWritten(database: TestDatabase): Promise<ReadonlyMap<string, number>> {
  await sleep(STATISTICS_MS);
  const rows = await database.query<{ name: string; written: string }>(
    'SELECT relname AS name, n_tup_ins + n_tup_upd + n_tup_del AS written FROM pg_stat_user_tables',
  );
  return new Map(rows.map(({ name, written }) => [name, Number(written)]));
}

/** What was written between the two, by table, most first; tables without a row are left out. */
export function rowsBetween(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): readonly (readonly [table: string, rows: number])[] {
  return [...after]
    .map(([table, written]) => [table, written - (before.get(table) ?? 0)] as const)
    .filter(([, rows]) => rows > 0)
    .sort((a, b) => b[1] - a[1]);
}
