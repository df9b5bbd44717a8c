import type { TestDatabase } from '../../e2e/mattermost/index.ts';

const COUNT_EVERY_ROW = `DO $do$
  DECLARE name text;
  BEGIN
    CREATE FUNCTION bench_count() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM nextval(TG_ARGV[0]::regclass); RETURN NULL; END $$;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
      EXECUTE format('CREATE SEQUENCE %I', 'bench_' || name);
      EXECUTE format('CREATE TRIGGER bench_count AFTER INSERT OR UPDATE OR DELETE ON %I
        FOR EACH ROW EXECUTE FUNCTION bench_count(%L)', name, 'bench_' || name);
    END LOOP;
  END $do$`;

/** Rows inserted, updated and deleted, counted by PostgreSQL itself as they are written. */
export class RowCount {
  readonly #database: TestDatabase;
  readonly #tables: readonly string[];

  private constructor(database: TestDatabase, tables: readonly string[]) {
    this.#database = database;
    this.#tables = tables;
  }

  /**
   * Begins to count in every table. By triggers, not by PostgreSQL's statistics: those come late from connections that are idle,
   * and what the server did when it started would count for a turn. A sequence takes no row, and counts what is rolled back too.
   */
  static async begin(database: TestDatabase): Promise<RowCount> {
    await database.query(COUNT_EVERY_ROW);
    const rows = await database.query<{ name: string }>(
      "SELECT substr(sequencename, 7) AS name FROM pg_sequences WHERE sequencename LIKE 'bench\\_%'",
    );
    return new RowCount(
      database,
      rows.map(({ name }) => name),
    );
  }

  /** So far, by table. */
  async read(): Promise<ReadonlyMap<string, number>> {
    const counts = this.#tables.map(
      (table) =>
        `SELECT '${table}' AS name, CASE WHEN is_called THEN last_value ELSE 0 END AS written FROM bench_${table}`,
    );
    const rows = await this.#database.query<{ name: string; written: string }>(counts.join(' UNION ALL '));
    return new Map(rows.map(({ name, written }) => [name, Number(written)]));
  }
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
