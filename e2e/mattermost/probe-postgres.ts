/** `node probe-postgres.ts URL`: exit 0 if that PostgreSQL lets us in and may create databases, else 1. */
import pg from 'pg';

const client = new pg.Client({ connectionString: process.argv[2], connectionTimeoutMillis: 2_000 });
try {
  await client.connect();
  const { rows } = await client.query(
    'SELECT rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user',
  );
  process.exitCode = rows[0]?.may === true ? 0 : 1;
} catch {
  process.exitCode = 1;
} finally {
  await client.end().catch(() => undefined);
}
