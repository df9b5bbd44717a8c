import type { Session } from '@livestatus/contract';
import { describeState, type StateKind } from '@livestatus/ui';

/** The order of the panel's cards, and the states that gave it. */
export interface CardOrder {
  readonly ids: readonly string[];
  readonly states: Readonly<Record<string, StateKind>>;
}

export const NO_CARDS: CardOrder = { ids: [], states: {} };

/**
 * Newest activity first, and calm: a card goes to the front when it is new or its state has changed, and stays where it is
 * however much its session works. The same reference when nothing moves.
 */
export function orderCards(order: CardOrder, sessions: readonly Session[]): CardOrder {
  const states = Object.fromEntries(sessions.map((session) => [session.id, describeState(session)]));
  const moved = sessions.filter(({ id }) => states[id] !== order.states[id]);
  if (moved.length === 0 && sessions.length === order.ids.length) return order;
  const front = moved.sort((a, b) => b.last_event_ms - a.last_event_ms || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
  const rest = order.ids.filter((id) => id in states && states[id] === order.states[id]);
  return { ids: [...front, ...rest], states };
}
