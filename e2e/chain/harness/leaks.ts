import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { Page } from 'playwright-core';

/** A text that was found, and where. */
export interface Leak {
  readonly where: string;
  readonly text: string;
}

/** All rows of all tables of a database, but that of one post, that hold one of these texts, as text or as bytes. */
export async function leaksInDatabase(
  url: string,
  texts: readonly string[],
  exceptPostId: string,
): Promise<readonly Leak[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    const leaks: Leak[] = [];
    for (const { name } of tables.rows) {
      for (const text of texts) {
        // A bytea shows as hexadecimal digits. A row begins with its first column, a post's id.
        const found = await client.query<{ row: string }>(
          `SELECT t::text AS row FROM ${name} t
           WHERE (strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0) AND NOT starts_with(t::text, $3)`,
          [text, Buffer.from(text).toString('hex'), name === 'public.posts' ? `(${exceptPostId},` : '#'],
        );
        for (const { row } of found.rows) leaks.push({ where: `${name}: ${row}`, text });
      }
    }
    return leaks;
  } finally {
    await client.end();
  }
}

/** Files below a directory that hold one of these texts; a SQLite file also as its rows, which its pages may cut in two. */
export function leaksInFiles(dir: string, texts: readonly string[]): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    const path = join(dir, name);
    if (!statSync(path).isFile()) continue;
    const contents = readFileSync(path, 'latin1');
    const rows = contents.startsWith('SQLite format 3') ? rowsOf(path) : '';
    leaks.push(...leaksIn(name, contents + rows, texts));
  }
  return leaks;
}

export function leaksIn(where: string, contents: string, texts: readonly string[]): readonly Leak[] {
  return texts.filter((text) => contents.includes(text)).map((text) => ({ where, text }));
}

/**
 * A JSON text without the post of that id, wherever it stands in it, also in texts that are JSON themselves: what Mattermost tells of
 * somebody else's post is not ours to hide. A text that is no JSON stays as it is.
 */
export function withoutPost(text: string, postId: string): string {
  return JSON.stringify(pruned(text, postId));
}

function pruned(value: unknown, postId: string): unknown {
  if (typeof value === 'string') {
    const inner = parsed(value);
    return typeof inner === 'object' ? pruned(inner, postId) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => pruned(item, postId));
  if ('id' in value && value.id === postId) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pruned(item, postId)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of a copy: its owner keeps the file locked. */
function rowsOf(path: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'livestatus-copy-'));
  const copy = join(dir, 'copy.db');
  for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
  const database = new DatabaseSync(copy);
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    return tables
      .flatMap(({ name }) => database.prepare(`SELECT * FROM "${String(name)}"`).all())
      .map((row) => Object.values(row).map(asText).join('\n'))
      .join('\n');
  } finally {
    database.close();
    rmSync(dir, { recursive: true });
  }
}

function asText(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
}

/** All that comes to a page from now on: frames of its WebSockets, and answers to its requests. */
export function listenTo(page: Page): { readonly frames: string[]; readonly answers: string[] } {
  const heard: { frames: string[]; answers: string[] } = { frames: [], answers: [] };
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => heard.frames.push(payload.toString()));
  });
  page.on('response', (response) => {
    // A page that navigates away takes the bodies of its last answers with it.
    void response.text().then(
      (text) => heard.answers.push(text),
      () => undefined,
    );
  });
  return heard;
}
