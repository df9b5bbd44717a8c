import type { Session } from '@livestatus/contract';

export interface TodayFigures {
  readonly active: number;
  readonly turns: number;
  /** Median duration of the ended turns, ms; undefined when none has ended. */
  readonly medianMs: number | undefined;
  readonly failed: number;
  readonly tokens: number;
  /** The page has only the last turns and all of them are of today: the figures count those, not the whole day. */
  readonly isPartial: boolean;
}

/**
 * The figures of the day that `nowMs` (daemon's clock) falls on in the reader's time zone: turns that are active or ended
 * today. `listedMax` is how many ended turns the daemon lists at most.
 */
export function todayFigures(sessions: readonly Session[], nowMs: number, listedMax: number): TodayFigures {
  const midnightMs = startOfDay(nowMs);
  const ended = sessions.filter((session) => session.status !== 'active');
  const endedToday = ended.filter((session) => (session.ended_ms ?? 0) >= midnightMs);
  const active = sessions.length - ended.length;
  const counted = [...sessions.filter((session) => session.status === 'active'), ...endedToday];
  return {
    active,
    turns: counted.length,
    medianMs: median(endedToday.map((session) => (session.ended_ms ?? session.started_ms) - session.started_ms)),
    failed: endedToday.filter((session) => session.status === 'error').length,
    tokens: counted.reduce((sum, session) => sum + (session.usage?.total ?? 0), 0),
    isPartial: ended.length >= listedMax && endedToday.length === ended.length,
  };
}

function startOfDay(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0);
}

export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  return ((sorted[middle - 1] ?? upper) + upper) / 2;
}
