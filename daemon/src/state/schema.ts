/** Marks the file as ours ("LvSt"), so that a foreign SQLite database is never written to. */
export const APPLICATION_ID = 0x4c765374;

/**
 * `MIGRATIONS[n]` leads from version n to n + 1 (`PRAGMA user_version`). Only ever append: each released step stays as it is.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  -- Turns in flight, opaque.
  CREATE TABLE families (id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
  -- T1: a restart finds the same turn for the same run.
  CREATE TABLE runs (run_id TEXT PRIMARY KEY, turn TEXT NOT NULL, seen_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX runs_by_time ON runs (seen_ms);
  CREATE TABLE cursors (source TEXT, path TEXT, json TEXT NOT NULL, PRIMARY KEY (source, path)) STRICT, WITHOUT ROWID;
  -- Final sessions as they were published (redacted).
  CREATE TABLE ended (id TEXT PRIMARY KEY, ended_ms INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
  CREATE INDEX ended_by_time ON ended (ended_ms DESC, id);
  `,
  `
  -- Where sessions were shown, their boxes, and last states that nobody has acknowledged yet (D5). Opaque.
  CREATE TABLE deliveries (id TEXT PRIMARY KEY, json TEXT NOT NULL, is_open INTEGER NOT NULL, seen_ms INTEGER NOT NULL) STRICT;
  CREATE INDEX deliveries_open ON deliveries (seen_ms, id) WHERE is_open = 1;
  CREATE INDEX deliveries_by_time ON deliveries (seen_ms);
  `,
];

export const SCHEMA_VERSION = MIGRATIONS.length;
