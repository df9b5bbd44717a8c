import type { HttpReply } from '../http/client.ts';

/** No post is edited more often than this: each edit is a row in Mattermost's database and a message to every member. */
export const MIN_INTERVAL_MS = 1_500;
/** All boxes of a bot together make at most one request in this time. */
const SHARE_MS = 250;
/** The longer a turn takes, the less its seconds matter: `[age of the turn, interval]`. */
const BY_AGE: readonly (readonly [ageMs: number, intervalMs: number])[] = [
  [30_000, MIN_INTERVAL_MS],
  [120_000, 3_000],
  [600_000, 5_000],
  [Number.POSITIVE_INFINITY, 15_000],
];
/** With so few requests left in the server's window, ordinary edits wait for the next one. */
const RESERVE = 3;
const MAX_WINDOW_MS = 60_000;

/** How often an active box is edited: by the age of its turn, and by how many boxes share the way. */
export function intervalMs(ageMs: number, activeBoxes: number): number {
  const byAge = BY_AGE.find(([upTo]) => ageMs < upTo)?.[1] ?? MIN_INTERVAL_MS;
  return Math.max(byAge, activeBoxes * SHARE_MS);
}

/** How long to wait by `X-RateLimit-Remaining` and `-Reset` (seconds); 0 if there is room. */
export function waitByHeaders(headers: HttpReply['headers']): number {
  const remaining = Number(headers['x-ratelimit-remaining'] ?? Number.NaN);
  const resetS = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  if (!(remaining <= RESERVE) || !(resetS > 0)) return 0;
  return Math.min(MAX_WINDOW_MS, resetS * 1_000);
}
