import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findFreePort, RunningProcess } from '../openclaw/harness/process.ts';
import { GiveUpError, waitFor } from '../openclaw/harness/wait.ts';

const run = promisify(execFile);
/** Databases carry the second of their making, so that leftovers of a killed run can be told from those in use. */
const PREFIX = 'livestatus_e2e_';
const LEFTOVER_AFTER_S = 2 * 60 * 60;
/** `nobody`: PostgreSQL refuses to run as root. */
const UNPRIVILEGED = 65534;

/** A database for one Mattermost server. */
export interface TestDatabase {
  readonly url: string;
  /** Rows as PostgreSQL gives them; for measuring what a plugin writes. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Ends every connection to it and removes it. Idempotent. */
  drop(): Promise<void>;
}

/**
 * A fresh database on the PostgreSQL that scripts/ensure-postgres.sh found, or on one that this call starts and that ends
 * with the database.
 */
export async function createDatabase(): Promise<TestDatabase> {
  const url = process.env.LIVESTATUS_POSTGRES_URL;
  if (url !== undefined) return createIn(url, async () => undefined);
  const bin = process.env.LIVESTATUS_POSTGRES_BIN;
  if (bin === undefined) throw new Error('no PostgreSQL: run this through `make`, or eval scripts/ensure-postgres.sh');
  const cluster = await startCluster(bin);
  try {
    return await createIn(cluster.url, cluster.stop);
  } catch (error) {
    await cluster.stop();
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

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A PostgreSQL of our own in a temporary directory, without the guarantees that cost time (fsync). */
async function startCluster(bin: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'livestatus-postgres-'));
  const owner = process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};
  // The cache of root is closed to others, so its unprivileged user gets a copy of the programs.
  const programs = 'uid' in owner ? join(home, 'programs/bin') : bin;
  if ('uid' in owner) {
    await cp(dirname(bin), dirname(programs), { recursive: true, verbatimSymlinks: true });
    await chmod(home, 0o755);
    await chown(home, UNPRIVILEGED, UNPRIVILEGED);
  }
  const env = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', HOME: home };
  const files = join(home, 'data');
  const initdb = ['-D', files, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  await run(join(programs, 'initdb'), initdb, { ...owner, env, cwd: home });
  const port = await findFreePort();
  const server = new RunningProcess({
    name: 'postgres',
    command: join(programs, 'postgres'),
    args: ['-D', files, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', home, '-c', 'fsync=off'],
    cwd: home,
    env,
    ...owner,
  });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const stop = async (): Promise<void> => {
    // SIGINT: fast shutdown, without waiting for clients.
    server.signal('SIGINT');
    await server.stop(5_000);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await waitFor('PostgreSQL to answer', () => answers(server, url), {
      deadlineMs: 30_000,
      seen: () => server.tail(),
    });
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function answers(server: RunningProcess, url: string): Promise<true> {
  if (server.hasExited()) throw new GiveUpError(`postgres ${server.describeExit()}\n${server.tail()}`);
  await withClient(url, (client) => client.query('SELECT 1'));
  return true;
}
