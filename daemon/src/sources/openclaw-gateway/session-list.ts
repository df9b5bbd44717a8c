import { record, text } from './hello.ts';
import { type Ask, isRefusal } from './round.ts';

/** What the transport needs of a session row; the decoder reads the rest of the same frame. */
export interface SessionRow {
  readonly key: string;
  readonly agentId: string | undefined;
  readonly sessionId: string | undefined;
  /** A run of this very key is going on, as far as the row says. */
  readonly active: boolean;
  /** It is not over for this key: a run of its own, or of a sub-agent that it may be waiting for. */
  readonly busy: boolean;
  readonly spawnedBy: string | undefined;
}

interface SessionPage {
  readonly rows: readonly SessionRow[];
  /** Where the next page begins; undefined = this was the last. */
  readonly nextOffset: number | undefined;
}

/** 200 rows a page: what OpenClaw's own clients ask for. */
const LIST_PARAMS = { limit: 200, includeGlobal: true, includeUnknown: true } as const;
const MAX_PAGES = 100;

/**
 * Reads every session row, newest first.
 *
 * @param how `subscribe` also subscribes to changes of the list, once per connection
 */
export async function listSessions(ask: Ask, how: 'subscribe' | 'list'): Promise<readonly SessionRow[]> {
  const rows: SessionRow[] = [];
  let page = await (how === 'subscribe' ? subscribe(ask) : listPage(ask, 0));
  for (let pages = 1; ; pages += 1) {
    rows.push(...page.rows);
    if (page.nextOffset === undefined || pages >= MAX_PAGES) return rows;
    page = await listPage(ask, page.nextOffset);
  }
}

/** The rows that changed last. */
export async function listNewest(ask: Ask): Promise<readonly SessionRow[]> {
  return (await listPage(ask, 0)).rows;
}

/** Older gateways take no parameters here, or give no list back. */
async function subscribe(ask: Ask): Promise<SessionPage> {
  const answer = await ask('sessions.subscribe', LIST_PARAMS).catch((error: unknown) => {
    if (isRefusal(error)) return ask('sessions.subscribe', {});
    throw error;
  });
  const { list } = record(answer);
  return list === undefined ? listPage(ask, 0) : readPage(list);
}

async function listPage(ask: Ask, offset: number): Promise<SessionPage> {
  return readPage(await ask('sessions.list', offset === 0 ? LIST_PARAMS : { ...LIST_PARAMS, offset }));
}

function readPage(list: unknown): SessionPage {
  const { sessions, hasMore, nextOffset } = record(list);
  const rows = Array.isArray(sessions) ? sessions.map(readRow).filter((row) => row !== undefined) : [];
  return { rows, nextOffset: hasMore === true && typeof nextOffset === 'number' ? nextOffset : undefined };
}

function readRow(value: unknown): SessionRow | undefined {
  const row = record(value);
  const key = text(row.key);
  if (key === undefined) return undefined;
  return {
    key,
    agentId: text(row.agentId),
    sessionId: text(row.sessionId),
    active: saysActive(row),
    busy: saysActive(row) || row.hasActiveSubagentRun === true,
    spawnedBy: text(row.spawnedBy),
  };
}

/** `hasActiveRun` is the aggregate fact; `activeRunIds`, when there, the exact set (docs, "Active-run cache matrix"). */
export function saysActive(row: Readonly<Record<string, unknown>>): boolean {
  const ids = row.activeRunIds;
  return row.hasActiveRun === true || (Array.isArray(ids) && ids.length > 0);
}
