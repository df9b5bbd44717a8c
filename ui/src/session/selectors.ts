import type { Session } from '@livestatus/contract';

/** Orders of lists. Ties are broken by id, so that two sessions of the same millisecond never swap. */

/** Oldest start first: a new session joins at the end and none ever moves. */
export function inStartOrder(sessions: Iterable<Session>): Session[] {
  return [...sessions].sort((a, b) => a.started_ms - b.started_ms || compareIds(a, b));
}

/** Ended sessions, newest end first. */
export function endedInOrder(sessions: Iterable<Session>): Session[] {
  return [...sessions]
    .filter((session) => session.status !== 'active')
    .sort((a, b) => (b.ended_ms ?? b.last_event_ms) - (a.ended_ms ?? a.last_event_ms) || compareIds(a, b));
}

function compareIds(a: Session, b: Session): number {
  return a.id < b.id ? -1 : 1;
}
