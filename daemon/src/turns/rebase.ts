import { type Family, TIMES, type TurnState, type Unobserved } from './state.ts';

/** The longest that any rule waits for a name, and for a lost turn. */
const MAX_NAME_WAIT_MS = TIMES.lostAfterMs;
const MAX_LOST_WAIT_MS = TIMES.waitLostAfterMs;

/**
 * The daemon's clock was set back, here or between two lives: times that lie ahead of `now` by more than any rule allows
 * would make a turn wait for them. They are moved to where they would be if they had been noted just now.
 */
export function rebase(family: Family, now: number): Family {
  const turns = family.turns.map((state) => rebased(state, now));
  if (turns.every((state, at) => state === family.turns[at])) return family;
  const runs = family.runs.map((run) =>
    run.endedMs === undefined ? run : { ...run, endedMs: Math.min(run.endedMs, now) },
  );
  return { ...family, turns, runs };
}

/** What has ended is left alone, except for a name that it waits for. */
function rebased(state: TurnState, now: number): TurnState {
  const { turn, nameBy, unobserved, root } = state;
  const named = nameBy === undefined ? {} : { nameBy: Math.min(nameBy, now + MAX_NAME_WAIT_MS) };
  if (turn.phase.status !== 'active') return named.nameBy === nameBy ? state : { ...state, ...named };
  if (turn.lastEventMs <= now && isReachable(state, now)) return state;
  return {
    ...state,
    ...named,
    turn: { ...turn, startedMs: Math.min(turn.startedMs, now), lastEventMs: Math.min(turn.lastEventMs, now) },
    children: state.children.map((child) => ({ ...child, sinceMs: Math.min(child.sinceMs, now) })),
    ...(unobserved !== undefined && { unobserved: rebasedUnobserved(unobserved, now) }),
    ...(root.kind === 'ended' && { root: { ...root, atMs: Math.min(root.atMs, now) } }),
  };
}

function isReachable({ nameBy = 0, unobserved }: TurnState, now: number): boolean {
  return nameBy <= now + MAX_NAME_WAIT_MS && (unobserved?.lostAt ?? 0) <= now + MAX_LOST_WAIT_MS;
}

function rebasedUnobserved(unobserved: Unobserved, now: number): Unobserved {
  const sinceMs = Math.min(unobserved.sinceMs, now);
  if (unobserved.lostAt === undefined) return { ...unobserved, sinceMs };
  return { ...unobserved, sinceMs, lostAt: Math.min(unobserved.lostAt, now + MAX_LOST_WAIT_MS) };
}
