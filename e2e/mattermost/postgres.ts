import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { withClient } from './postgres-client.ts';
import { PostgresCluster } from './postgres-cluster.ts';

/** Databases carry the second of their making, so that leftovers of a killed run can be told from those in use. */
const PREFIX = 'livestatus_e2e_';
const LEFTOVER_AFTER_S = 2 * 60 * 60;

/** A database for one Mattermost server. */
export interface TestDatabase {
  readonly url: string;
  /** Rows as PostgreSQL gives them; for measuring what a plugin writes. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Ends every connection to it and removes it. Idempotent. */
  drop(): Promise<void>;
}

/**
 * A fresh database on the caller's PostgreSQL; else on the one that scripts/ensure-postgres.sh found, or on one that this call
 * starts and that ends with the database.
 */
export async function createDatabase(own?: PostgresCluster): Promise<TestDatabase> {
  if (own !== undefined) return createIn(own.url, async () => undefined);
  const url = process.env.LIVESTATUS_POSTGRES_URL;
  if (url !== undefined) return createIn(url, async () => undefined);
  const bin = process.env.LIVESTATUS_POSTGRES_BIN;
  if (bin === undefined) throw new Error('no PostgreSQL: run this through `make`, or eval scripts/ensure-postgres.sh');
  const cluster = await PostgresCluster.start(bin);
  try {
    return await createIn(cluster.url, () => cluster.dispose());
  } catch (error) {
    await cluster.dispose();
    throw error;
  }
}

async function createIn(adminUrl: string, afterDrop: () => Promise<void>): Promise<TestDatabase> {
  const name = `${PREFIX}${Math.floor(Date.now() / 1000)}_${randomBytes(4).toString('hex')}`;
  await withClient(adminUrl, async (client) => {
    await dropLeftovers(client);
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`);
  });
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  url.searchParams.set('sslmode', 'disable');
  let dropped: Promise<void> | undefined;
  return {
    url: url.href,
    query: (text, values = []) => withClient(url.href, async (client) => (await client.query(text, [...values])).rows),
    drop: () => {
      dropped ??= withClient(adminUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }).finally(afterDrop);
      return dropped;
    },
  };
}

/** What runs that were killed left: old and without a connection. */
async function dropLeftovers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database d
     WHERE datname LIKE $1 AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)`,
    [`${PREFIX.replaceAll('_', '\\_')}%`],
  );
  const oldest = Math.floor(Date.now() / 1000) - LEFTOVER_AFTER_S;
  for (const { name } of rows) {
    if (!(Number(name.slice(PREFIX.length).split('_')[0]) < oldest)) continue;
    // Another run may be clearing up too.
    await client.query(`DROP DATABASE IF EXISTS "${name}"`).catch(() => undefined);
  }
}
